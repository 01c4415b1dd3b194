#include <cohort/recordings/missing_values.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace cohort {
namespace {

using Mask = Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic>;

/// [n_units x n_conditions]: whether there is a NaN at any time. Samples of unknown conditions are those of one.
Mask mask_of(const Recording& recording) {
  const Index n_conditions = std::max<Index>(1, recording.n_conditions), n_times = recording.n_samples() / n_conditions;
  Mask mask(recording.n_units(), n_conditions);
  for (Index unit = 0; unit < mask.rows(); ++unit)
    for (Index condition = 0; condition < n_conditions; ++condition)
      mask(unit, condition) = recording.values.col(unit).segment(condition * n_times, n_times).array().isNaN().any();
  return mask;
}

struct Parts {
  std::vector<Index> kept{}, left_out{};
};

template <class Flags>
Parts parts_of(const Flags& is_left_out) {
  Parts parts;
  for (Index i = 0; i < is_left_out.size(); ++i) (is_left_out(i) ? parts.left_out : parts.kept).push_back(i);
  return parts;
}

/// "3, 7, 12, ..."
std::string few(const std::vector<std::string>& names) {
  constexpr std::size_t most = 8;
  return fmt::format(
      "{}{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(most, names.size())), ", "),
      names.size() > most ? ", ..." : "");
}

[[noreturn]] void refuse(const Recording& recording) {
  std::string more = "missing = \"units\" leaves these units out";
  if (recording.n_conditions > 0) more += ", missing = \"conditions\" these conditions";
  throw UserError(fmt::format("{} has missing values", recording.source), "it holds NaN " + missing_text(recording),
                  fmt::format("Remove or fill the missing samples; or {}.", more));
}

[[noreturn]] void refuse_all(const Recording& recording, const char* what) {
  throw UserError(fmt::format("no {} of {} is left", what, recording.source),
                  fmt::format("every {} holds NaN somewhere", what));
}

void leave_out_units(Recording& recording, const Parts& units) {
  if (units.kept.empty()) refuse_all(recording, "unit");
  std::vector<std::string> names;
  for (const Index unit : units.left_out) names.push_back(fmt::format("{}", unit));
  recording.remarks.push_back(fmt::format("{}: {} of {} units are left out, they hold NaN: {}", recording.source,
                                          names.size(), recording.n_units(), few(names)));
  recording.values = recording.values(Eigen::all, units.kept).eval();
  for (MatrixXd& trial : recording.trials) trial = trial(Eigen::all, units.kept).eval();
}

void leave_out_conditions(Recording& recording, const Parts& conditions) {
  if (recording.n_conditions == 0)
    throw UserError(fmt::format("conditions of {} cannot be left out", recording.source), "they are not known",
                    "Say which axis they are: axes = [\"units\", \"time\", \"conditions\"].");
  if (conditions.kept.empty()) refuse_all(recording, "condition");
  std::vector<std::string> names;
  for (const Index condition : conditions.left_out)
    names.push_back(recording.conditions.empty() ? fmt::format("{}", condition)
                                                 : recording.conditions[static_cast<std::size_t>(condition)]);
  recording.remarks.push_back(
      fmt::format("{}: {} of {} conditions are left out, of what stands beside it too, they hold NaN: {}",
                  recording.source, names.size(), recording.n_conditions, few(names)));
  if (!recording.conditions.empty()) {
    recording.left_out_conditions = names;
    std::vector<std::string> labels;
    for (const Index condition : conditions.kept)
      labels.push_back(recording.conditions[static_cast<std::size_t>(condition)]);
    recording.conditions = labels;
  }
  recording.kept_conditions = conditions.kept;
  recording.n_left_out = static_cast<Index>(names.size());
  choose_conditions(recording, conditions.kept);
}

}  // namespace

Missing missing_of(const std::string& word) {
  if (word.empty()) return Missing::refuse;
  if (word == "units") return Missing::units;
  if (word == "conditions") return Missing::conditions;
  throw UserError(fmt::format("missing = \"{}\" means nothing", word), "\"units\" or \"conditions\" can be left out");
}

std::string missing_text(const Recording& recording) {
  const Mask mask = mask_of(recording);
  const auto n_units = mask.rowwise().any().count(), n_conditions = mask.colwise().any().count();
  if (n_units == 0) return "";
  std::string text = fmt::format("in {} of {} units", n_units, recording.n_units());
  if (recording.n_conditions > 0) text += fmt::format(" and {} of {} conditions", n_conditions, recording.n_conditions);
  return text;
}

Recording without_missing(Recording recording, Missing missing) {
  if (!recording.values.array().isNaN().any()) return recording;
  const Mask mask = mask_of(recording);
  const Parts units = parts_of(mask.rowwise().any()), conditions = parts_of(mask.colwise().any());
  if (missing == Missing::refuse) refuse(recording);
  if (missing == Missing::units)
    leave_out_units(recording, units);
  else
    leave_out_conditions(recording, conditions);
  return recording;
}

}  // namespace cohort
