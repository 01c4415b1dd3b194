#include <cohort/store/analysis_log.hpp>

#include <cohort/core/errors.hpp>

#include <algorithm>
#include <cstdint>
#include <span>

namespace cohort {
namespace {

const std::string kGroup = "/analyses/";

DatasetInfo text(const char* name, std::size_t length, const char* long_name) {
  DatasetInfo info{kGroup + name, ValueType::text, {"failure"}, "", long_name};
  info.text_length = length;
  return info;
}

}  // namespace

Schema AnalysisLog::schema(const std::vector<std::string>& names) {
  Schema schema;
  if (names.empty()) return schema;
  Dimension analysis{"analysis", names.size(), "what is computed from finished runs"};
  analysis.labels = names;
  schema.dimensions = {analysis, {"failure", max_failures, "item that could not be computed"}};
  for (const auto& [name, long_name] : {std::pair{"n_items", "items the analysis is cut into; -1: it never began"},
                                        std::pair{"n_done", "items whose values are in the file"},
                                        std::pair{"n_failed", "items that could not be computed in the last job"}})
    schema.datasets.push_back({kGroup + name, ValueType::i32, {"analysis"}, "1", long_name});
  schema.datasets.push_back({kGroup + "seconds_left",
                             ValueType::f64,
                             {"analysis"},
                             "s",
                             "time the items left would take the ranks of the last job, NaN: not known"});
  schema.datasets.push_back(text("failed_analysis", 128, "analysis of the item"));
  schema.datasets.push_back(text("failed_item", 128, "item that could not be computed"));
  schema.datasets.push_back(text("failure_message", 256, "why"));
  return schema;
}

AnalysisLog::AnalysisLog(ResultsFile& file) : file_(file) {
  if (file.has(kGroup + "analysis")) names_ = file.read_text(kGroup + "analysis");
}

void AnalysisLog::begin() {
  if (names_.empty()) return;
  const std::vector<std::string> nothing(max_failures);
  for (const char* name : {"failed_analysis", "failed_item", "failure_message"})
    file_.write_text(kGroup + name, {0}, {max_failures}, nothing);
  n_failures_ = 0;
}

void AnalysisLog::write(const AnalysisState& state) {
  const auto known = std::find(names_.begin(), names_.end(), state.name);
  expects(known != names_.end(), "an analysis that the file knows");
  const auto analysis = static_cast<std::size_t>(known - names_.begin());
  const auto put = [&](const char* name, std::int32_t value) {
    file_.write<std::int32_t>(kGroup + name, {analysis}, {1}, std::span<const std::int32_t>(&value, 1));
  };
  put("n_done", state.n_done);
  put("n_failed", state.n_failed);
  put("n_items", state.n_items);
  file_.write<double>(kGroup + "seconds_left", {analysis}, {1}, std::span(&state.seconds_left, 1));
}

void AnalysisLog::add(const AnalysisFailure& failure) {
  if (n_failures_ == max_failures) return;
  const auto put = [&](const char* name, const std::string& value) {
    file_.write_text(kGroup + name, {n_failures_}, {1}, std::span(&value, 1));
  };
  put("failed_item", failure.item);
  put("failure_message", failure.message);
  put("failed_analysis", failure.analysis);
  ++n_failures_;
}

std::vector<AnalysisState> AnalysisLog::states() const {
  std::vector<AnalysisState> states;
  if (names_.empty()) return states;
  const auto n_items = file_.read<std::int32_t>(kGroup + "n_items"),
             n_done = file_.read<std::int32_t>(kGroup + "n_done"),
             n_failed = file_.read<std::int32_t>(kGroup + "n_failed");
  const auto seconds_left = file_.read<double>(kGroup + "seconds_left");
  for (std::size_t i = 0; i < names_.size(); ++i)
    states.push_back({names_[i], n_items[i], std::max(0, n_done[i]), std::max(0, n_failed[i]), seconds_left[i]});
  return states;
}

std::vector<AnalysisFailure> AnalysisLog::failures() const {
  std::vector<AnalysisFailure> failures;
  if (names_.empty()) return failures;
  const auto analysis = file_.read_text(kGroup + "failed_analysis"), item = file_.read_text(kGroup + "failed_item"),
             message = file_.read_text(kGroup + "failure_message");
  for (std::size_t i = 0; i < analysis.size(); ++i)
    if (!analysis[i].empty()) failures.push_back({analysis[i], item[i], message[i]});
  return failures;
}

}  // namespace cohort
