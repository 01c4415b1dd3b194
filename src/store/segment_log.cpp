#include <cohort/core/errors.hpp>
#include <cohort/store/results_schema.hpp>
#include <cohort/store/segment_log.hpp>

#include <algorithm>
#include <limits>

namespace cohort {
namespace {

void write_text_cell(ResultsFile& file, const std::string& dataset, std::size_t row, const std::string& text) {
  file.write_text(dataset, {row}, {1}, std::span(&text, 1));
}

void write_time(ResultsFile& file, const std::string& dataset, std::size_t row, double time) {
  file.write<double>(dataset, {row}, {1}, std::span<const double>(&time, 1));
}

}  // namespace

void SegmentLog::begin(const Segment& segment) {
  const std::int32_t count = n_starts() + 1, n_ranks = segment.n_ranks;
  file_.write<std::int32_t>("/segments/n_starts", {}, {}, std::span(&count, 1));
  const std::size_t row = newest_row();
  write_text_cell(file_, "/segments/job", row, segment.job);
  write_text_cell(file_, "/segments/host", row, segment.host);
  write_text_cell(file_, "/segments/version", row, segment.version);
  write_text_cell(file_, "/segments/cpu", row, segment.cpu);
  file_.write<std::int32_t>("/segments/n_ranks", {row}, {1}, std::span(&n_ranks, 1));
  write_time(file_, "/segments/started", row, segment.started);
  end(std::numeric_limits<double>::quiet_NaN(), "");
}

void SegmentLog::end(double ended, const std::string& reason) {
  const std::size_t row = newest_row();
  write_time(file_, "/segments/ended", row, ended);
  write_text_cell(file_, "/segments/reason", row, reason);
}

int SegmentLog::n_starts() const { return file_.read<std::int32_t>("/segments/n_starts").front(); }

std::vector<Segment> SegmentLog::read() const {
  const auto job = file_.read_text("/segments/job"), host = file_.read_text("/segments/host"),
             version = file_.read_text("/segments/version"), cpu = file_.read_text("/segments/cpu"),
             reason = file_.read_text("/segments/reason");
  const auto n_ranks = file_.read<std::int32_t>("/segments/n_ranks");
  const auto started = file_.read<double>("/segments/started"), ended = file_.read<double>("/segments/ended");
  std::vector<Segment> segments;
  for (std::size_t row = 0; row < std::min<std::size_t>(n_starts(), job.size()); ++row)
    segments.push_back(
        {job[row], host[row], version[row], cpu[row], n_ranks[row], started[row], ended[row], reason[row]});
  return segments;
}

std::size_t SegmentLog::newest_row() const {
  const int count = n_starts();
  expects(count > 0, "a segment that has begun");
  return std::min<std::size_t>(count, file_.extent("/segments/job").at(0)) - 1;
}

}  // namespace cohort
