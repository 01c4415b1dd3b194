#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/core/stop_request.hpp>
#include <cohort/similarity/condition_folds.hpp>
#include <cohort/similarity/representation.hpp>

#include <limits>
#include <memory>
#include <optional>
#include <string>

namespace cohort {

/// What a measure keeps of one representation so that every pair costs as little as possible.
class PreparedRepresentation {
 public:
  virtual ~PreparedRepresentation() = default;
};

/// What 1 - value is of two noisy recordings of the same, and so how it grows with their number of trials: whether
/// Spearman and Brown's correction applies, see full_length().
enum class Reliability {
  none,               ///< neither of these: nothing is corrected
  correlation,        ///< a correlation of what both show (or of the distances between samples there): r
  explained_variance  ///< R2 of one by the other: r squared
};

/// What studies, files and schedulers may ask about a measure before they use it.
struct MeasureTraits {
  bool is_symmetric = true;  ///< bitwise: it does not matter which rank computes which triangle
  bool is_metric = false;    ///< 0 only for equals, and the triangle inequality holds
  double low = 0;            ///< smallest and largest possible value
  double high = std::numeric_limits<double>::infinity();
  std::string units = "1";           ///< of its values, as readers of the results file see it: "rad", "1"
  bool needs_stream = false;         ///< draws random numbers: MeasureContext::stream counts
  bool needs_folds = false;          ///< fits and scores over conditions: MeasureContext::folds must be there
  bool has_interval = false;         ///< MeasureValue::interval is there
  bool has_alignment = false;        ///< fits one to the other, so that Measure::left_out has a value
  bool is_in_units_of_data = false;  ///< 1 is no special value: it depends on how large the responses are
  bool has_reasons = false;          ///< some pairs have no value (NaN), and MeasureValue::reason says why
  Index least_conditions = 2;        ///< with needs_folds: fewer cannot be cut into folds
  Index least_times = 1;             ///< steps that every condition must have
  Reliability reliability = Reliability::none;
  std::string formula{};  ///< what it computes of X and Y [n_samples x n_units], for readers of the results file
  std::string normalization = "value";  ///< Measure::normalized as an expression that Python understands
};

/// The value of one pair, with an interval for a measure that estimates one.
struct MeasureValue {
  struct Interval {
    double low, high;
  };
  double value = 0;
  std::optional<Interval> interval{};
  Comparability reason = Comparability::comparable;  ///< why there is no value, for a measure that has_reasons
};

/// Of a pair that has none: NaN, and so the ends of its interval.
inline MeasureValue no_value(Comparability reason = Comparability::unknown) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  return {nan, MeasureValue::Interval{nan, nan}, reason};
}

/// What a measure may use besides the two representations. Whoever computes pairs keys `stream` by what they are (the
/// contents of both and the measure), never by rank or order.
struct MeasureContext {
  RandomStream stream{"measure", "", 0};
  const ConditionFolds* folds = nullptr;  ///< null where conditions are unknown or not asked for
  StopCheck stop{};                       ///< asked by measures that take long
};

/// A dissimilarity of two representations of the same samples; their unit counts may differ.
///
/// Pairwise analyses call `prepare` once per representation and `compare` once per pair. Deterministic; safe to call
/// from many threads. A symmetric measure is exactly 0 for a representation and itself.
class Measure {
 public:
  virtual ~Measure() = default;

  virtual const MeasureTraits& traits() const = 0;

  virtual std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const = 0;

  /// Requires representations prepared by this measure. Throws UserError when their sample counts differ.
  virtual MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                               const MeasureContext& context = {}) const = 0;

  /// The dissimilarity on conditions that the alignment of the two never saw: it is fitted on all folds but one and
  /// scored on that one, sums being taken over the folds. No value for a measure without
  /// an alignment; may be larger than traits().high, and more than 0 for a representation and itself.
  virtual MeasureValue left_out(const Representation& a, const Representation& b, const ConditionFolds& folds,
                                const StopCheck& stop = {}) const;

  /// `value` in the unit in which it is reported beside the raw one: in [0, 1] where the measure has a range.
  virtual double normalized(double value) const = 0;

  /// Cost of one `compare`, in floating-point operations of a matrix product that would take as long.
  virtual double comparison_flops(Index n_samples, Index n_units_a, Index n_units_b) const = 0;
  /// Bytes that one prepared representation holds.
  virtual std::size_t prepared_bytes(Index n_samples, Index n_units) const = 0;
};

/// The dissimilarity of a single pair. Where the measure needs folds and `context` has none, each condition of `a` and
/// `b` is left out once. Throws UserError when it needs folds and the two do not have the same conditions, two or more.
double distance(const Measure& measure, const Representation& a, const Representation& b, MeasureContext context = {});
/// The same, with its interval where the measure has one.
MeasureValue distance_and_interval(const Measure& measure, const Representation& a, const Representation& b,
                                   MeasureContext context = {});

/// Throws UserError when a measure, called `name`, needs folds and there are too few conditions.
void check_conditions(const MeasureTraits& traits, const std::string& name, Index n_conditions);
/// Throws UserError when a measure, called `name`, needs longer conditions.
void check_times(const MeasureTraits& traits, const std::string& name, Index n_times);

}  // namespace cohort
