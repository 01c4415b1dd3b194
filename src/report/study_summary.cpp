#include <cohort/report/study_summary.hpp>

#include "pair_distances.hpp"

#include <cohort/core/dataset_name.hpp>
#include <cohort/similarity/comparability.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/study/layer_choice.hpp>
#include <cohort/study/study.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <utility>

namespace cohort {
namespace {

const std::string kSimilarity = "/similarity/";
const std::string kToRecordings = "_recording_normalized", kMadeFrom = "_made_from";

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// Fills a StudySummary from a results file.
class SummaryReader {
 public:
  explicit SummaryReader(ResultsFile& file) : file_(file), table_(file), status_(table_.read_status()) {}

  StudySummary read() {
    summary_.progress = progress_of(file_);
    summary_.levels = table_.levels();
    if (file_.has("/snapshots/chance")) summary_.chance = file_.read<double>("/snapshots/chance");
    read_factors();
    make_groups();
    read_errors();
    read_updates();
    for (const char* name : {"shifted_error", "accuracy", "shifted_accuracy"}) read_last_values(name);
    read_fixed_points();
    read_activity();
    for (const std::string& path : file_.datasets("/similarity")) {
      if (path.ends_with(kToRecordings)) read_recording_distances(path);
      if (is_between_runs(path)) read_pair_distances(path);
    }
    if (file_.has(kSimilarity + "comparability")) read_comparability();
    summary_.effects = effects_of(file_);
    return std::move(summary_);
  }

 private:
  std::size_t n_runs() const { return status_.size(); }
  std::size_t n_levels() const { return summary_.levels.size(); }

  void read_factors() {
    for (int factor = 0; factor < n_factors; ++factor) {
      const std::string name = factor_name(static_cast<Factor>(factor));
      codes_.push_back(file_.read<std::int32_t>("/design/" + name));
      summary_.factors.push_back({name, names_of_levels("/design/" + name)});
    }
  }

  std::vector<std::string> names_of_levels(const std::string& codes) {
    const std::string names = codes + "_names";  // a dataset of its own where there are very many levels
    return file_.has(names) ? file_.read_text(names) : words_of(file_.attribute(codes, "flag_meanings"));
  }

  void make_groups() {
    std::map<std::vector<int>, std::vector<std::size_t>> runs_of;
    for (std::size_t run = 0; run < n_runs(); ++run) {
      std::vector<int> levels;
      for (std::size_t factor = 0; factor < static_cast<std::size_t>(Factor::seed); ++factor)
        levels.push_back(codes_[factor][run]);
      runs_of[levels].push_back(run);
    }
    for (auto& [levels, runs] : runs_of) {
      RunGroup group;
      group.levels = levels;
      for (const std::size_t run : runs) group.n_done += status_[run] == RunStatus::done ? 1 : 0;
      group.runs = std::move(runs);
      summary_.groups.push_back(std::move(group));
    }
  }

  /// Moments of `value_of(run)` over the runs of `group` that are done.
  template <class ValueOf>
  Moments moments_of_done(const RunGroup& group, const ValueOf& value_of) const {
    std::vector<double> values;
    for (const std::size_t run : group.runs)
      if (status_[run] == RunStatus::done) values.push_back(value_of(run));
    return moments_of(values);
  }

  void read_errors() {
    const auto errors = file_.read<double>("/snapshots/error", {0, n_levels() - 1}, {n_runs(), 1});
    for (RunGroup& group : summary_.groups)
      group.final_error = moments_of_done(group, [&](std::size_t run) { return errors[run]; });
  }

  void read_updates() {
    const auto updates = file_.read<std::int32_t>("/snapshots/update");
    for (RunGroup& group : summary_.groups) {
      for (std::size_t level = 0; level < n_levels(); ++level) {
        std::vector<double> reached;
        for (const std::size_t run : group.runs)
          if (const std::int32_t update = updates[run * n_levels() + level]; update >= 0) reached.push_back(update);
        group.updates.push_back(moments_of(reached));
      }
    }
  }

  /// Files from before it was recorded have none.
  void read_activity() {
    if (!file_.has("/networks/silent")) return;
    const auto silent = file_.read<float>("/networks/silent"), saturated = file_.read<float>("/networks/saturated");
    for (RunGroup& group : summary_.groups)
      for (const std::size_t run : group.runs) {
        if (status_[run] != RunStatus::done || std::isnan(silent[2 * run + 1])) continue;
        group.silent.push_back(static_cast<double>(silent[2 * run + 1]));
        group.saturated.push_back(static_cast<double>(saturated[2 * run + 1]));
      }
  }

  /// A curve's value after the last update, if any run has one.
  void read_last_values(const std::string& name) {
    const std::string path = "/curves/" + name;
    if (!file_.has(path)) return;
    const Extent extent = file_.extent(path);  // run, update
    const auto values = file_.read<float>(path, {0, extent[1] - 1}, {extent[0], 1});
    if (std::none_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) return;
    summary_.last_curves.push_back(name);
    for (RunGroup& group : summary_.groups)
      group.last_values.push_back(
          moments_of_done(group, [&](std::size_t run) { return static_cast<double>(values[run]); }));
  }

  /// Fixed points of the last networks per context, of the runs that were searched.
  void read_fixed_points() {
    const std::string path = "/dynamics/n_fixed_points";
    if (!file_.has(path)) return;
    Extent start = file_.extent(path), count = start;  // run, level, context; files of earlier versions: run, context
    if (start.size() == 3) count[1] = 1;
    start = start.size() == 3 ? Extent{0, start[1] - 1, 0} : Extent{0, 0};
    const auto numbers = file_.read<std::int32_t>(path, start, count);
    summary_.contexts = file_.read_text("/dynamics/context");
    const std::size_t n_contexts = summary_.contexts.size();
    for (RunGroup& group : summary_.groups)
      for (std::size_t context = 0; context < n_contexts; ++context) {
        std::vector<double> found;
        for (const std::size_t run : group.runs)
          if (const std::int32_t n = numbers[run * n_contexts + context]; n >= 0) found.push_back(n);
        group.fixed_points.push_back(moments_of(found));
      }
  }

  void read_recording_distances(const std::string& path) {
    const auto distances = file_.read<double>(path);
    const Extent extent = file_.extent(path);  // level, run, recording
    const std::string base = path.substr(0, path.size() - kToRecordings.size());
    const auto recordings = file_.read_text(kSimilarity + "recording");
    // What belongs to a recording alone has no layer.
    const MeasureAtLayer measure = measure_at_layer(file_.attribute(path, "measure"));
    const std::string alone = measure.layer ? kSimilarity + dataset_name(measure.measure) : base;
    const auto ceiling = file_.read<double>(alone + "_ceiling_normalized");
    const auto deviation = file_.read<double>(alone + "_ceiling_sd_normalized");
    const auto baseline = file_.read<double>(alone + "_baseline_normalized");
    const auto scores = read_if_there(base + "_recording_score");
    for (std::size_t recording = 0; recording < extent[2]; ++recording) {
      RecordingSummary result{base.substr(kSimilarity.size()), recordings[recording], ceiling[recording],
                              deviation[recording], baseline[recording]};
      result.no_ceiling = missing_reason(alone + "_ceiling_reason", recording);
      result.no_baseline = missing_reason(alone + "_baseline_reason", recording);
      read_trial_ceiling(alone, recording, result);
      result.groups = group_moments(distances, extent, recording);
      if (!scores.empty()) result.scores = group_moments(scores, extent, recording);
      summary_.recordings.push_back(std::move(result));
    }
  }

  /// [group][level] of `values` [level, run, recording].
  std::vector<std::vector<Moments>> group_moments(const std::vector<double>& values, const Extent& extent,
                                                  std::size_t recording) const {
    std::vector<std::vector<Moments>> groups;
    for (const RunGroup& group : summary_.groups) {
      auto& per_level = groups.emplace_back();
      for (std::size_t level = 0; level < n_levels(); ++level) {
        std::vector<double> own;
        for (const std::size_t run : group.runs)
          own.push_back(values[(level * extent[1] + run) * extent[2] + recording]);
        per_level.push_back(moments_of(own));
      }
    }
    return groups;
  }

  std::vector<double> read_if_there(const std::string& path) {
    return file_.has(path) ? file_.read<double>(path) : std::vector<double>();
  }

  void read_trial_ceiling(const std::string& base, std::size_t recording, RecordingSummary& result) {
    const auto trials = read_if_there(base + "_trial_ceiling_normalized"),
               deviations = read_if_there(base + "_trial_ceiling_sd_normalized"),
               corrected = read_if_there(base + "_trial_ceiling_corrected");
    if (trials.empty()) return;
    result.trial_ceiling = trials[recording];
    result.trial_ceiling_deviation = deviations[recording];
    if (corrected.empty()) return;
    const auto measure = measure_of(base + "_trial_ceiling");
    result.corrected_ceiling = measure->normalized(corrected[recording]);
  }

  /// Why a number of a recording is missing; empty when it is not, or nobody has looked.
  std::string missing_reason(const std::string& path, std::size_t recording) {
    if (!file_.has(path)) return "";
    const auto code = static_cast<Comparability>(file_.read<std::uint8_t>(path)[recording]);
    return code == Comparability::unknown ? "" : reason_of(code);
  }

  void read_comparability() {
    const auto codes = file_.read<std::uint8_t>(kSimilarity + "comparability");  // [run, level]
    for (std::size_t level = 0; level < n_levels(); ++level) {
      std::map<Comparability, std::size_t> n_runs_with;
      for (std::size_t run = 0; run < n_runs(); ++run)
        ++n_runs_with[static_cast<Comparability>(codes[run * n_levels() + level])];
      for (const auto& [code, n] : n_runs_with)
        if (code > Comparability::level_not_reached) summary_.incomparable.push_back({level, reason_of(code), n});
    }
  }

  std::unique_ptr<Measure> measure_of(const std::string& path) {
    return measures().make(measure_at_layer(file_.attribute(path, "measure")).measure);
  }

  /// Matrices of distances [level, run, run], which say by what measure.
  bool is_between_runs(const std::string& path) const {
    // Where there are as many recordings as runs, distances to them are square too.
    if (path.ends_with("_recording") || path.ends_with("_recording_score")) return false;
    return file_.has(path + kMadeFrom) && is_square(path) && !file_.attribute(path, "measure").empty();
  }
  bool is_square(const std::string& path) const {
    const Extent extent = file_.extent(path);
    return extent.size() == 3 && extent[1] == n_runs() && extent[2] == n_runs();
  }

  void read_pair_distances(const std::string& path) {
    const std::unique_ptr<Measure> measure = measure_of(path);
    std::vector<std::size_t> crossed;
    for (std::size_t factor = 0; factor < summary_.factors.size(); ++factor)
      if (summary_.factors[factor].is_crossed()) crossed.push_back(factor);
    const PairDistances pairs(file_, codes_, crossed, n_levels());
    summary_.distances.push_back({path.substr(kSimilarity.size()), pairs.of_factors(path, *measure),
                                  pairs.without(path, measure->traits().is_symmetric)});
  }

  ResultsFile& file_;
  RunTable table_;
  std::vector<RunStatus> status_;                 ///< [run]
  std::vector<std::vector<std::int32_t>> codes_;  ///< [factor][run]
  StudySummary summary_;
};

}  // namespace

StudySummary summary_of(ResultsFile& file) { return SummaryReader(file).read(); }

}  // namespace cohort
