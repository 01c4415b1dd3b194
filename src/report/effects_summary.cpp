#include <cohort/report/effects_summary.hpp>

#include <cohort/store/results_file.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace cohort {
namespace {

/// One view's datasets, each read once.
class EffectsReader {
 public:
  EffectsReader(ResultsFile& file, std::string group, std::string view, const std::string& prefix)
      : file_(file), group_(std::move(group)), view_(std::move(view)) {
    subjects_ = file.read_text(group_ + "/effect_subject");
    levels_ = file.read_text(group_ + "/level");
    terms_ = file.read_text(group_ + "/" + prefix + "term");
    level_names_ = file.read_text(group_ + "/" + prefix + "level");
    if (file.has(group_ + "/" + prefix + "pair")) pairs_ = file.read_text(group_ + "/" + prefix + "pair");
    if (file.has(group_ + "/effect_seed")) seeds_ = file.read_text(group_ + "/effect_seed");
  }

  void append_to(std::vector<EffectsSummary>& all) {
    for (std::size_t subject = 0; subject < subjects_.size(); ++subject)
      for (std::size_t level = 0; level < levels_.size(); ++level)
        for (std::size_t subdesign = 0; subdesign < 2; ++subdesign) {
          table_ = (subject * levels_.size() + level) * 2 + subdesign;
          const auto reason = static_cast<EffectReason>(static_cast<int>(number("reason", 0)));
          if (reason == EffectReason::unknown || reason == EffectReason::not_at_this_level) continue;
          all.push_back(table(subject, level, subdesign == 0, reason));
        }
  }

 private:
  /// The value at a place of the table under way; NaN where a column is missing or has none.
  double number(const std::string& column, std::size_t place) {
    const std::string path = group_ + "/" + column;
    const auto [found, is_new] = columns_.try_emplace(column);
    if (is_new && file_.has(path)) found->second = file_.read<double>(path);
    const std::size_t n_tables = subjects_.size() * levels_.size() * 2, width = found->second.size() / n_tables;
    return place < width ? found->second[table_ * width + place] : std::numeric_limits<double>::quiet_NaN();
  }
  std::size_t count(const std::string& column, std::size_t place = 0) {
    const double value = number(column, place);
    return value > 0 ? static_cast<std::size_t>(value) : 0;
  }
  ShareSummary share(const std::string& column, std::size_t place) {
    return {number(column, place), number(column + "_low", place), number(column + "_high", place)};
  }

  EffectsSummary table(std::size_t subject, std::size_t level, bool is_complete, EffectReason reason) {
    EffectsSummary result;
    result.view = view_;
    result.subject = subjects_[subject];
    result.is_distances = count("kind") == 1;
    result.level = levels_[level];
    result.is_complete = is_complete;
    result.reason = reason;
    result.n_usable = count("n_usable");
    result.n_runs = count("n_runs");
    result.n_seeds = count("n_seeds");
    result.n_all_seeds = seeds_.size();
    result.is_search_exact = count("search") != 1;
    result.negative_share = number("negative_share", 0);
    result.same_seed = share("same_seed", 0);
    read_levels(result);
    read_terms(result);
    for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
      const std::size_t dash = pairs_[pair].find(" - ");
      result.differences.push_back(
          {pairs_[pair].substr(0, dash), pairs_[pair].substr(dash + 3), share("difference", pair)});
    }
    return result;
  }

  void read_levels(EffectsSummary& result) {
    for (std::size_t i = 0; i < level_names_.size(); ++i) {
      const std::size_t equals = level_names_[i].find('=');
      result.levels.push_back({level_names_[i].substr(0, equals), level_names_[i].substr(equals + 1),
                               count("level_kept", i) == 2, count("level_usable", i), count("level_runs", i)});
      if (result.levels[i].factor == result.levels.front().factor) result.n_all += result.levels[i].n_runs;
    }
  }

  void read_terms(EffectsSummary& result) {
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      EffectTermSummary term{terms_[i], terms_[i].find(" x ") != std::string::npos, share("share", i)};
      term.r2 = number("r2_type2", i);
      term.p_holm = number("p_holm", i);
      term.p_floor = number("p_floor", i);
      term.is_p_exact = count("p_test", i) == 1;
      const double far = number("far_seed", i);
      if (far >= 0 && far < static_cast<double>(seeds_.size())) {
        const auto seed = static_cast<std::size_t>(far);
        term.far_seed = seeds_[seed];
        term.without_far_seed = number("share_without_seed", i * seeds_.size() + seed);
      }
      result.terms.push_back(term);
    }
  }

  ResultsFile& file_;
  std::string group_, view_;
  std::vector<std::string> subjects_, levels_, terms_, pairs_, level_names_, seeds_;
  std::map<std::string, std::vector<double>> columns_;
  std::size_t table_ = 0;
};

}  // namespace

bool ShareSummary::exists() const { return std::isfinite(estimate); }
bool ShareSummary::has_interval() const { return std::isfinite(low) && std::isfinite(high); }

std::vector<EffectsSummary> effects_of(ResultsFile& file) {
  std::vector<EffectsSummary> all;
  const std::string group = "/similarity/effects";
  if (file.has(group + "/reason")) EffectsReader(file, group, "factors", "effect_").append_to(all);
  if (file.has(group + "/parameters/reason"))
    EffectsReader(file, group + "/parameters", "parameters", "parameters_").append_to(all);
  return all;
}

}  // namespace cohort
