#include <cohort/study/run_choice.hpp>

#include "level_pattern.hpp"

#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace cohort {
namespace {

std::vector<std::string> factor_names() {
  std::vector<std::string> names;
  for (int factor = 0; factor < n_factors; ++factor) names.emplace_back(factor_name(static_cast<Factor>(factor)));
  return names;
}

Factor factor_called(const std::string& name, const std::string& text) {
  const auto names = factor_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw UserError(fmt::format("--only '{}': unknown factor '{}'", text, name),
                    fmt::format("known: {}", fmt::join(names, ", ")), did_you_mean(name, names));
  return static_cast<Factor>(found - names.begin());
}

[[noreturn]] void refuse_level(const Study& study, Factor factor, const std::string& pattern, const std::string& text) {
  constexpr std::size_t most = 1000;
  std::vector<std::string> levels;
  for (std::size_t level = 0; level < std::min(most, n_levels(study, factor)); ++level)
    levels.push_back(level_text(study, factor, level));
  const std::string suggestion = did_you_mean(pattern, levels);
  auto nearest = nearest_first(pattern, levels);
  nearest.resize(std::min<std::size_t>(nearest.size(), 8));
  throw UserError(
      fmt::format("--only '{}': the study has no {} '{}'", text, factor_name(factor), pattern),
      fmt::format("known: {}{}", fmt::join(nearest, ", "), nearest.size() < n_levels(study, factor) ? ", ..." : ""),
      suggestion);
}

/// Which levels of each factor fit, [factor][level]; no list for a factor that nothing was said of.
using Fitting = std::array<std::vector<bool>, n_factors>;

void add_fitting(const Study& study, const std::string& text, Fitting& fitting) {
  const auto equals = text.find('=');
  if (equals == std::string::npos)
    throw UserError(fmt::format("--only '{}' names no level", text), "FACTOR=LEVEL is needed",
                    "Write --only 'rule=bptt'.");
  const Factor factor = factor_called(text.substr(0, equals), text);
  const std::string pattern = level_pattern(text.substr(equals + 1));
  std::vector<bool>& fits = fitting[static_cast<std::size_t>(factor)];
  fits.resize(n_levels(study, factor), false);
  bool is_known = false;
  for (std::size_t level = 0; level < fits.size(); ++level) {
    if (!matches(pattern, level_text(study, factor, level))) continue;
    fits[level] = is_known = true;
  }
  if (!is_known) refuse_level(study, factor, pattern, text);
}

bool do_fit(const std::array<int, n_factors>& levels, const Fitting& fitting) {
  for (std::size_t factor = 0; factor < n_factors; ++factor)
    if (!fitting[factor].empty() && !fitting[factor][static_cast<std::size_t>(levels[factor])]) return false;
  return true;
}

/// Runs whose key begins so.
std::vector<std::size_t> runs_with_key(const Design& design, const std::string& beginning) {
  std::vector<std::size_t> found;
  for (std::size_t run = 0; run < design.size(); ++run)
    if (design[run].key.starts_with(beginning)) found.push_back(run);
  return found;
}

}  // namespace

RunChoice::RunChoice(const Study& study, const Design& design, const std::vector<std::string>& only,
                     const std::vector<std::string>& retry) {
  for (const std::string& text : retry) read_retry(design, text);
  if (only.empty()) return;
  Fitting fitting;
  for (const std::string& text : only) add_fitting(study, text, fitting);
  chosen_.resize(design.size());
  for (std::size_t run = 0; run < design.size(); ++run) chosen_[run] = do_fit(design.levels(run), fitting);
  if (std::find(chosen_.begin(), chosen_.end(), true) == chosen_.end())
    throw UserError(fmt::format("no run of the study fits --only {}", fmt::join(only, " --only ")),
                    "what is said of several factors must fit together, and [[exclude]] may leave it out");
}

bool RunChoice::is_retried(std::size_t run, RunStatus status) const {
  if (status == RunStatus::failed && retries_failed_) return true;
  return (status == RunStatus::diverged && retries_diverged_) || retried_.contains(run);
}

void RunChoice::read_retry(const Design& design, const std::string& text) {
  if (text == "failed" || text == "diverged") {
    (text == "failed" ? retries_failed_ : retries_diverged_) = true;
    return;
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number < design.size()) {
    retried_.insert(number);
    return;
  }
  constexpr std::size_t shortest = 4;
  const auto found = text.size() < shortest ? std::vector<std::size_t>() : runs_with_key(design, text);
  if (found.size() == 1) {
    retried_.insert(found.front());
    return;
  }
  const std::string problem = found.empty() ? "is no run of the study" : "is how the keys of several runs begin";
  throw UserError(fmt::format("--retry '{}' {}", text, problem),
                  fmt::format("failed, diverged, a number from 0 to {}, or a key is needed", design.size() - 1),
                  did_you_mean(text, {"failed", "diverged"}));
}

}  // namespace cohort
