#pragma once

#include <cohort/similarity/representation.hpp>

#include <memory>
#include <string>

namespace cohort {

/// What a measure keeps of one representation so that every pair costs as little as possible.
class PreparedRepresentation {
 public:
  virtual ~PreparedRepresentation() = default;
};

/// A dissimilarity of two representations of the same samples; their unit counts may differ.
///
/// Pairwise analyses call `prepare` once per representation and `distance` once per pair. Deterministic; safe to call
/// from many threads. A symmetric measure is bitwise symmetric, so that it does not matter which rank computes which
/// triangle, and exactly 0 for a representation and itself.
class Measure {
 public:
  virtual ~Measure() = default;

  virtual std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const = 0;

  /// Requires representations prepared by this measure. Throws UserError when their sample counts differ.
  virtual double distance(const PreparedRepresentation& a, const PreparedRepresentation& b) const = 0;

  /// Unit of `distance`, as readers of the results file see it: "rad", "1".
  virtual std::string units() const = 0;

  /// `distance` in the unit in which it is reported beside the raw one: in [0, 1] where the measure has a range.
  virtual double normalized(double distance) const = 0;

  virtual bool symmetric() const = 0;

  /// Cost of one `distance`, in floating-point operations of a matrix product that would take as long.
  virtual double estimated_flops(Index n_samples, Index n_units_a, Index n_units_b) const = 0;
};

/// The distance of a single pair.
inline double distance(const Measure& measure, const Representation& a, const Representation& b) {
  return measure.distance(*measure.prepare(a), *measure.prepare(b));
}

}  // namespace cohort
