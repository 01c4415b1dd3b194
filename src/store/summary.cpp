#include <cohort/store/summary.hpp>

#include <cohort/core/text.hpp>
#include <cohort/store/analysis_log.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/study/study.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <sstream>

namespace cohort {
namespace {

/// Mean and sample standard deviation of what is not NaN.
struct Moments {
  std::vector<double> values;

  void add(double value) {
    if (std::isfinite(value)) values.push_back(value);
  }
  std::string text(int digits) const {
    if (values.empty()) return "-";
    double mean = 0, square = 0;
    for (const double v : values) mean += v / static_cast<double>(values.size());
    for (const double v : values) square += (v - mean) * (v - mean);
    if (values.size() == 1) return fmt::format("{:.{}f}", mean, digits);
    return fmt::format("{:.{}f} ± {:.{}f}", mean, digits, std::sqrt(square / static_cast<double>(values.size() - 1)),
                       digits);
  }
};

/// Number of characters a terminal shows for UTF-8 text.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Rows of text in aligned columns, the first row being the head.
std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t col = 0; col < row.size(); ++col) widths[col] = std::max(widths[col], width_of(row[col]));
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t col = 0; col < rows[r].size(); ++col)
      line += (col ? "  " : "") + rows[r][col] + std::string(widths[col] - width_of(rows[r][col]), ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (r > 0) continue;
    std::size_t total = 2 * (widths.size() - 1);
    for (const std::size_t width : widths) total += width;
    text += std::string(total, '-') + "\n";
  }
  return text;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// The design and the analysed distances of a results file.
class Summary {
 public:
  explicit Summary(ResultsFile& file) : file_(file), table_(file), states_(table_.read_states()) {
    for (int factor = 0; factor < n_factors; ++factor) {
      const std::string path = std::string("/design/") + factor_name(static_cast<Factor>(factor));
      codes_.push_back(file.read<std::int32_t>(path));
      const std::string names = path + "_names";  // of very many levels
      meanings_.push_back(file.has(names) ? file.read_text(names) : words_of(file.attribute(path, "flag_meanings")));
    }
    updates_ = file.read<std::int32_t>("/snapshots/update");
    errors_ = file.read<double>("/snapshots/error");
    if (file.has("/curves/shifted_error"))
      for (const char* name : {"shifted_error", "accuracy", "shifted_accuracy"}) read_last(name);
    for (const std::string& path : file.datasets("/similarity")) {
      const std::string suffix = "_recording_normalized";
      if (path.ends_with(suffix)) recording_paths_.push_back(path);
      if (path.ends_with("_normalized") && file.extent(path).size() == 3 && !path.ends_with(suffix))
        distance_paths_.push_back(path);
    }
  }

  std::string groups() const {
    std::vector<std::vector<std::string>> rows{group_head()};
    std::map<std::vector<int>, std::vector<std::size_t>> groups;
    for (std::size_t run = 0; run < n_runs(); ++run) {
      std::vector<int> key;
      for (int factor = 0; factor < static_cast<int>(Factor::seed); ++factor)
        key.push_back(codes_[static_cast<std::size_t>(factor)][run]);
      groups[key].push_back(run);
    }
    for (const auto& [key, runs] : groups) rows.push_back(group_row(key, runs));
    return table_text(rows);
  }

  std::string recordings() const {
    std::string text;
    for (const std::string& path : recording_paths_) text += recording_table(path);
    return text;
  }

  std::string factors() const {
    std::string text;
    for (const std::string& path : distance_paths_) text += factor_table(path);
    return text;
  }

 private:
  /// A curve's value after the last update, if any run has one.
  void read_last(const std::string& name) {
    const std::string path = "/curves/" + name;
    const Extent extent = file_.extent(path);  // run, update
    auto values = file_.read<float>(path, {0, extent[1] - 1}, {extent[0], 1});
    if (std::any_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
      last_values_.emplace_back(name, std::move(values));
  }

  std::size_t n_runs() const { return states_.size(); }
  std::size_t n_levels() const { return table_.levels().size(); }

  const std::string& meaning(int factor, int code) const {
    return meanings_[static_cast<std::size_t>(factor)][static_cast<std::size_t>(code)];
  }
  bool is_crossed(int factor) const { return meanings_[static_cast<std::size_t>(factor)].size() > 1; }
  /// Rule, architecture and initialization name a group always, the optimizer only when there are several.
  bool is_shown(int factor) const { return factor != static_cast<int>(Factor::optimizer) || is_crossed(factor); }

  std::vector<std::string> group_names() const {
    std::vector<std::string> names;
    for (int factor = 0; factor < static_cast<int>(Factor::seed); ++factor)
      if (is_shown(factor)) names.push_back(factor_name(static_cast<Factor>(factor)));
    return names;
  }

  std::vector<std::string> group_labels(const std::vector<int>& key) const {
    std::vector<std::string> labels;
    for (std::size_t factor = 0; factor < key.size(); ++factor)
      if (is_shown(static_cast<int>(factor))) labels.push_back(meaning(static_cast<int>(factor), key[factor]));
    return labels;
  }

  std::vector<std::string> group_head() const {
    std::vector<std::string> head = group_names();
    head.insert(head.end(), {"runs", "final error"});
    for (const auto& [name, values] : last_values_) head.push_back("final " + name);
    for (const std::string& level : table_.levels())
      if (level != "final" && !level.starts_with("update=")) head.push_back("updates to " + level);
    return head;
  }

  std::vector<std::string> group_row(const std::vector<int>& key, const std::vector<std::size_t>& runs) const {
    std::vector<std::string> row = group_labels(key);
    Moments final_error;
    std::size_t done = 0;
    for (const std::size_t run : runs) {
      if (states_[run].status != RunStatus::done) continue;
      ++done;
      final_error.add(errors_[run * n_levels() + n_levels() - 1]);
    }
    row.push_back(fmt::format("{}/{}", done, runs.size()));
    row.push_back(final_error.text(4));
    for (const auto& [name, values] : last_values_) {
      Moments last;
      for (const std::size_t run : runs)
        if (states_[run].status == RunStatus::done) last.add(static_cast<double>(values[run]));
      row.push_back(last.text(4));
    }
    for (std::size_t level = 0; level < n_levels(); ++level) {
      const std::string& name = table_.levels()[level];
      if (name == "final" || name.starts_with("update=")) continue;
      Moments updates;
      for (const std::size_t run : runs) {
        const std::int32_t update = updates_[run * n_levels() + level];
        if (update >= 0) updates.add(update);
      }
      std::string text = updates.text(0);
      if (updates.values.size() < runs.size()) text += fmt::format(" ({}/{})", updates.values.size(), runs.size());
      row.push_back(text);
    }
    return row;
  }

  /// Distance to each recording per group and level.
  std::string recording_table(const std::string& path) const {
    const auto distances = file_.read<double>(path);
    const Extent extent = file_.extent(path);  // level, run, recording
    const std::string base = path.substr(0, path.size() - std::string("_recording_normalized").size());
    const auto recordings = file_.read_text("/similarity/recording");
    const auto ceiling = file_.read<double>(base + "_ceiling_normalized");
    const auto ceiling_sd = file_.read<double>(base + "_ceiling_sd_normalized");
    const auto baseline = file_.read<double>(base + "_baseline_normalized");
    std::string text;
    for (std::size_t r = 0; r < extent[2]; ++r) {
      text += fmt::format(
          "\n{} distance (normalized) to {}; halves of the recording {:.4f} ± {:.4f}, "
          "cross-condition average {:.4f}\n",
          base.substr(std::string("/similarity/").size()), recordings[r], ceiling[r], ceiling_sd[r], baseline[r]);
      std::vector<std::vector<std::string>> rows{group_names()};
      for (const std::string& level : table_.levels()) rows[0].push_back(level);
      std::map<std::vector<int>, std::vector<Moments>> groups;
      for (std::size_t run = 0; run < n_runs(); ++run) {
        std::vector<int> key;
        for (int factor = 0; factor < static_cast<int>(Factor::seed); ++factor)
          key.push_back(codes_[static_cast<std::size_t>(factor)][run]);
        auto& moments = groups[key];
        moments.resize(n_levels());
        for (std::size_t level = 0; level < n_levels(); ++level)
          moments[level].add(distances[(level * extent[1] + run) * extent[2] + r]);
      }
      for (const auto& [key, moments] : groups) {
        rows.push_back(group_labels(key));
        for (const Moments& m : moments) rows.back().push_back(m.text(4));
      }
      text += table_text(rows);
    }
    return text;
  }

  /// Mean distances within and between the levels of each factor.
  std::string factor_table(const std::string& path) const {
    const auto distances = file_.read<double>(path);
    std::vector<std::vector<std::string>> rows{{"factor", "pairs"}};
    for (const std::string& level : table_.levels()) rows[0].push_back(level);
    for (int factor = 0; factor < n_factors; ++factor) {
      if (!is_crossed(factor)) continue;
      for (const bool within : {true, false}) {
        rows.push_back({factor_name(static_cast<Factor>(factor)), within ? "within a level" : "between levels"});
        for (std::size_t level = 0; level < n_levels(); ++level)
          rows.back().push_back(pair_moments(distances, level, factor, within).text(4));
      }
    }
    const std::string name = path.substr(std::string("/similarity/").size());
    return fmt::format("\nmean distance between runs ({}), by what they share\n{}", name, table_text(rows));
  }

  Moments pair_moments(const std::vector<double>& distances, std::size_t level, int factor, bool within) const {
    const auto& codes = codes_[static_cast<std::size_t>(factor)];
    Moments moments;
    for (std::size_t a = 0; a < n_runs(); ++a)
      for (std::size_t b = a + 1; b < n_runs(); ++b)
        if ((codes[a] == codes[b]) == within) moments.add(distances[(level * n_runs() + a) * n_runs() + b]);
    return moments;
  }

  ResultsFile& file_;
  RunTable table_;
  std::vector<RunState> states_;
  std::vector<std::vector<std::int32_t>> codes_;                         ///< [factor][run]
  std::vector<std::vector<std::string>> meanings_;                       ///< [factor][level]
  std::vector<std::int32_t> updates_;                                    ///< [run x level]
  std::vector<double> errors_;                                           ///< [run x level]
  std::vector<std::pair<std::string, std::vector<float>>> last_values_;  ///< of curves, [run]: with [shifted] only
  std::vector<std::string> recording_paths_, distance_paths_;
};

/// Analyses that are not complete, and what failed in them.
std::string analyses_text(ResultsFile& file) {
  const AnalysisLog log(file);
  std::string text;
  for (const AnalysisState& state : log.states()) {
    if (state.n_items < 0)
      text += fmt::format("  {}: to do\n", state.name);
    else if (state.n_done < state.n_items)
      text += fmt::format("  {}: {} of {} items done, {} failed{}\n", state.name, state.n_done, state.n_items,
                          state.n_failed,
                          state.seconds_left > 0 ? ", remaining: " + duration_text(state.seconds_left) : "");
  }
  for (const AnalysisFailure& failure : log.failures())
    text += fmt::format("  {}: {} failed: {}\n", failure.analysis, failure.item, failure.message);
  return text;
}

}  // namespace

std::string status_text(ResultsFile& file) {
  const RunTable table(file);
  const auto states = table.read_states();
  std::size_t counts[4] = {};
  std::string details;
  for (std::size_t run = 0; run < states.size(); ++run) {
    const RunState& state = states[run];
    ++counts[static_cast<std::size_t>(state.status)];
    if (state.status == RunStatus::diverged || state.status == RunStatus::failed)
      details += fmt::format("  run {} {}: {}\n", run, state.status == RunStatus::failed ? "failed" : "diverged",
                             state.message);
  }
  return fmt::format("{} runs: {} done, {} diverged, {} failed, {} to do\n{}{}", states.size(), counts[1], counts[2],
                     counts[3], counts[0], details, analyses_text(file));
}

std::string closing_tables(ResultsFile& file) {
  const Summary summary(file);
  return summary.groups() + summary.recordings() + summary.factors();
}

}  // namespace cohort
