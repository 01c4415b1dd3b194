#include <cohort/cluster/similarity_phase.hpp>

#include <cohort/cluster/collective_rows.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/core/log.hpp>
#include <cohort/recordings/npy_array.hpp>
#include <cohort/similarity/baseline.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/noise_ceiling.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/cost_model.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <fmt/format.h>

#include <limits>
#include <map>

namespace cohort {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kTile = similarity_tile;
constexpr std::size_t kPanelValues = 1 << 23;  // of one assembled panel of the matrix, 64 MB

using Prepared = std::vector<std::unique_ptr<PreparedRepresentation>>;  // null where there is nothing to compare

/// Everything the distances depend on: the finished payloads, the measures, the recordings. When it is unchanged, so
/// are they.
std::uint64_t fingerprint(const Study& study, ResultsFile& file, const std::vector<bool>& finished) {
  auto checksums = file.read<std::uint64_t>("/state/checksum");
  for (std::size_t run = 0; run < finished.size(); ++run)
    if (!finished[run]) checksums[run] = 0;
  std::uint64_t value = hash64(std::as_bytes(std::span(checksums)), static_cast<std::uint64_t>(study.similarity.resamples));
  const Catalogue& catalogue = measures().catalogue();
  for (const std::string& measure : study.similarity.measures)
    value = hash64(catalogue.versioned(catalogue.parse(measure)), value);
  for (const std::string& recording : study.similarity.recordings) {
    const NpyArray array = read_npy(recording);
    value = hash64(std::as_bytes(std::span(array.values)), value);
  }
  return value == 0 ? 1 : value;  // 0 stands for "not computed"
}

class SimilarityPhase {
 public:
  SimilarityPhase(const Study& study, ResultsFile& file, const std::vector<bool>& finished)
      : study_(study),
        file_(file),
        table_(file),
        finished_(finished),
        rank_(rank_of(file.communicator())),
        n_ranks_(size_of(file.communicator())),
        n_conditions_(static_cast<Index>(shared_task(study.task)->info().conditions.size())) {}

  void run() {
    for (const std::string& name : study_.similarity.measures) {
      measure_ = measures().make(name);
      path_ = "/similarity/" + measure_dataset(name);
      load_recordings();
      for (std::size_t level = 0; level < table_.levels().size(); ++level) {
        compare_runs(level);
        compare_with_recordings(level);
      }
      describe_recordings();
    }
  }

 private:
  std::size_t n_runs() const { return finished_.size(); }

  std::unique_ptr<PreparedRepresentation> prepare_run(std::size_t run, std::size_t level) const {
    if (!finished_[run]) return nullptr;
    const MatrixXd values = table_.read_representation(run, level).cast<double>();
    if (values.size() == 0 || !Representation::is_comparable(values)) return nullptr;
    return measure_->prepare(Representation(values, n_conditions_, fmt::format("run {}", run)));
  }

  Prepared prepare_tile(std::size_t tile, std::size_t level) const {
    Prepared result;
    for (std::size_t run = tile * kTile; run < std::min(n_runs(), (tile + 1) * kTile); ++run)
      result.push_back(prepare_run(run, level));
    return result;
  }

  double pair(const PreparedRepresentation* a, const PreparedRepresentation* b) const {
    return a && b ? measure_->distance(*a, *b) : kNaN;
  }

  /// One level of the run x run matrix, a panel of rows at a time so that memory stays bounded for any number of runs.
  void compare_runs(std::size_t level) {
    const std::size_t n_tiles = (n_runs() + kTile - 1) / kTile;
    const std::size_t tiles_per_panel = std::max<std::size_t>(1, kPanelValues / n_runs() / kTile);
    for (std::size_t first = 0; first < n_tiles; first += tiles_per_panel) {
      const std::size_t last = std::min(n_tiles, first + tiles_per_panel);
      const std::size_t first_run = first * kTile, n_rows = std::min(n_runs(), last * kTile) - first_run;
      MatrixXd panel = MatrixXd::Zero(static_cast<Index>(n_runs()), static_cast<Index>(n_rows));  // [other x run]
      together(file_.communicator(), [&] { compute_panel(level, first, last, panel); });
      assemble(file_.communicator(), panel);
      write_rows(path_, level, first_run, panel);
    }
  }

  /// This rank's share of the tiles in rows [first, last). Within the panel only one triangle is computed.
  void compute_panel(std::size_t level, std::size_t first, std::size_t last, MatrixXd& panel) const {
    const std::size_t n_tiles = (n_runs() + kTile - 1) / kTile;
    std::size_t number = 0;
    for (std::size_t row = first; row < last; ++row) {
      Prepared rows;
      for (std::size_t col = 0; col < n_tiles; ++col) {
        const bool mirrored = measure_->symmetric() && col >= first && col < last;
        if (mirrored && col < row) continue;
        if (static_cast<int>(number++ % static_cast<std::size_t>(n_ranks_)) != rank_) continue;
        if (rows.empty()) rows = prepare_tile(row, level);
        const Prepared other = col == row ? Prepared() : prepare_tile(col, level);
        const Prepared& cols = col == row ? rows : other;
        fill_tile(row, col, first, mirrored, rows, cols, panel);
      }
    }
  }

  void fill_tile(std::size_t row, std::size_t col, std::size_t first, bool mirrored, const Prepared& rows,
                 const Prepared& cols, MatrixXd& panel) const {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t j = mirrored && row == col ? i : 0; j < cols.size(); ++j) {
        const std::size_t run = row * kTile + i, other = col * kTile + j, offset = first * kTile;
        const double distance = pair(rows[i].get(), cols[j].get());
        panel(static_cast<Index>(other), static_cast<Index>(run - offset)) = distance;
        if (mirrored) panel(static_cast<Index>(run), static_cast<Index>(other - offset)) = distance;
      }
    }
  }

  /// Writes columns of `values` as rows [first_run ..) of a [level, run, *] dataset, each rank a share, and the same
  /// normalized.
  void write_rows(const std::string& path, std::size_t level, std::size_t first_run, const MatrixXd& values) {
    const auto range = rows_of_rank(static_cast<std::size_t>(values.cols()), rank_, n_ranks_);
    const auto width = static_cast<std::size_t>(values.rows());
    const MatrixXd own = values.middleCols(static_cast<Index>(range.first), static_cast<Index>(range.last - range.first));
    const MatrixXd normalized = own.unaryExpr([&](double d) { return measure_->normalized(d); });
    const Extent start{level, first_run + range.first, 0};
    const Extent count{range.last > range.first ? 1u : 0u, range.last - range.first, width};
    const auto size = static_cast<std::size_t>(own.size());
    file_.write_collective<double>(path, start, count, std::span(own.data(), size));
    file_.write_collective<double>(path + "_normalized", start, count, std::span(normalized.data(), size));
  }

  void load_recordings() {
    recordings_.clear();
    prepared_recordings_.clear();
    for (const std::string& recording : study_.similarity.recordings) {
      recordings_.push_back(representation_from(read_npy(recording), recording));
      prepared_recordings_.push_back(measure_->prepare(recordings_.back()));
    }
  }

  void compare_with_recordings(std::size_t level) {
    if (recordings_.empty()) return;
    MatrixXd values = MatrixXd::Zero(static_cast<Index>(recordings_.size()), static_cast<Index>(n_runs()));
    together(file_.communicator(), [&] {
      for (std::size_t run = static_cast<std::size_t>(rank_); run < n_runs(); run += static_cast<std::size_t>(n_ranks_)) {
        const auto prepared = prepare_run(run, level);
        for (std::size_t r = 0; r < recordings_.size(); ++r)
          values(static_cast<Index>(r), static_cast<Index>(run)) =
              pair(prepared.get(), prepared_recordings_[r].get());
      }
    });
    assemble(file_.communicator(), values);
    write_rows(path_ + "_recording", level, 0, values);
  }

  /// Ceiling and baseline of each recording; cheap, so rank 0 does it alone.
  void describe_recordings() {
    if (rank_ != 0) return;
    for (std::size_t r = 0; r < recordings_.size(); ++r) {
      const Representation& recording = recordings_[r];
      if (recording.n_units() >= 2) {
        // The ceiling belongs to the recording, not to the study: its stream knows neither seed nor path.
        const auto ceiling = split_half_ceiling(*measure_, recording, static_cast<int>(study_.similarity.resamples),
                                                RandomStream("ceiling", measure_dataset(path_), 0));
        write_value("_ceiling", r, ceiling.mean);
        // A standard deviation scales like a distance from zero.
        write_value("_ceiling_sd", r, ceiling.standard_deviation);
      }
      if (recording.n_conditions() >= 2) {
        const auto baseline = measure_->prepare(cross_condition_mean(recording));
        write_value("_baseline", r, measure_->distance(*prepared_recordings_[r], *baseline));
      }
    }
  }

  void write_value(const std::string& kind, std::size_t recording, double value) {
    const double normalized = measure_->normalized(value);
    file_.write<double>(path_ + kind, {recording}, {1}, std::span(&value, 1));
    file_.write<double>(path_ + kind + "_normalized", {recording}, {1}, std::span(&normalized, 1));
  }

  const Study& study_;
  ResultsFile& file_;
  RunTable table_;
  std::vector<bool> finished_;
  int rank_, n_ranks_;
  Index n_conditions_;
  std::unique_ptr<Measure> measure_;
  std::string path_;
  std::vector<Representation> recordings_;
  Prepared prepared_recordings_;
};

}  // namespace

void analyse_similarity(const Study& study, ResultsFile& file) {
  if (study.similarity.measures.empty()) return;
  const std::vector<bool> finished = RunTable(file).finished();
  const std::uint64_t now = fingerprint(study, file, finished);
  if (file.read<std::uint64_t>("/similarity/computed_from").front() == now) return;
  SimilarityPhase(study, file, finished).run();
  file.flush();
  if (rank_of(file.communicator()) == 0)
    file.write<std::uint64_t>("/similarity/computed_from", {}, {}, std::span(&now, 1));
}

}  // namespace cohort
