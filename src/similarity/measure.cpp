#include <cohort/similarity/measure.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <utility>

namespace cohort {

namespace {

ConditionFolds folds_of(const Representation& a, const Representation& b, Index least_conditions) {
  if (a.n_conditions() < least_conditions || a.n_conditions() != b.n_conditions())
    throw UserError(fmt::format("{} and {} cannot be compared by this measure", a.name(), b.name()),
                    fmt::format("it leaves conditions out in turn; they have {} and {} (0: unknown)", a.n_conditions(),
                                b.n_conditions()),
                    fmt::format("Give both as [units, time, conditions] with the same conditions, {} or more.",
                                least_conditions == 2 ? "two" : fmt::format("{}", least_conditions)));
  return ConditionFolds(a.n_conditions(), a.n_times());
}

}  // namespace

MeasureValue distance_and_interval(const Measure& measure, const Representation& a, const Representation& b,
                                   MeasureContext context) {
  std::optional<ConditionFolds> folds;
  if (measure.traits().needs_folds && context.folds == nullptr)
    context.folds = &folds.emplace(folds_of(a, b, measure.traits().least_conditions));
  return measure.compare(*measure.prepare(a), *measure.prepare(b), context);
}

MeasureValue Measure::left_out(const Representation&, const Representation&, const ConditionFolds&,
                               const StopCheck&) const {
  return no_value(Comparability::no_alignment);
}

double distance(const Measure& measure, const Representation& a, const Representation& b, MeasureContext context) {
  return distance_and_interval(measure, a, b, std::move(context)).value;
}

void check_conditions(const MeasureTraits& traits, const std::string& name, Index n_conditions) {
  if (!traits.needs_folds || n_conditions >= traits.least_conditions) return;
  throw UserError(fmt::format("measure '{}' needs several conditions", name),
                  fmt::format("it fits on some and scores on others{}; there {} {}",
                              traits.least_conditions > 2 ? fmt::format(", {} at least", traits.least_conditions) : "",
                              n_conditions == 1 ? "is" : "are", n_conditions),
                  "Leave it out, or choose a task with more.");
}

void check_times(const MeasureTraits& traits, const std::string& name, Index n_times) {
  if (n_times >= traits.least_times) return;
  throw UserError(fmt::format("measure '{}' needs longer conditions", name),
                  fmt::format("{} steps, there are {}", traits.least_times, n_times),
                  "Use fewer delays or a shorter lag, or choose a longer task.");
}

}  // namespace cohort
