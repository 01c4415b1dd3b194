#pragma once

#include <cohort/learning/error_feedback.hpp>
#include <cohort/learning/temporal_rule.hpp>

#include <vector>

namespace cohort {

/// e-prop whose learning signal is a substance that spreads from few units to all others (Barretto-Bittar et al. 2026,
/// arXiv:2603.08949). Units sit at random places of an H×W torus. At every step the concentration c spreads and decays,
/// then the units that the readout sees release what their feedback brings:
///
///     c ← decay · mean of c over the 3×3 neighbourhood;   c(place of r) += (B e_t)_r;   L_r = c(place of r)
///
/// So the signal runs forward in time, and late units hear of early errors. As published only a tenth of the units is
/// seen by the readout: `readout_fraction=0.1` of the cell. A leaky readout filters the eligibility traces, not c.
template <class Scalar>
class NeuromodulatorDiffusion final : public TemporalRule<Scalar> {
 public:
  static Description description();
  /// Throws UserError when only one side of the torus is given.
  explicit NeuromodulatorDiffusion(const Parameters& parameters);

  RuleTraits traits() const override { return {.relative_cost = 1.5}; }
  /// Throws UserError if the torus has fewer places than units.
  void check(const RecurrentNetwork<Scalar>& network) const override;
  void begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) override;
  void add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) override;
  void visit_state(StateVisitor& visitor) override;

  /// The place of each unit on the torus, row + height * column.
  const std::vector<Index>& places() const { return places_; }

 private:
  struct Torus {
    Index height, width;
  };
  Torus torus(Index n_units) const;
  void spread(const Torus& torus);
  void run_signal(const TemporalContext<Scalar>& context, const Matrix<Scalar>& feedback);

  Index height_, width_;
  Scalar decay_;
  ErrorFeedback<Scalar> feedback_;
  std::vector<Index> places_;
  Matrix<Scalar> concentration_;  ///< [n_trials x height * width]
  Matrix<Scalar> column_sums_;    ///< its sums over three neighbours of a column, the same shape
  Matrix<Scalar> released_;       ///< [n_trials x n_units]
  PaddedMatrix<Scalar> signal_;   ///< L of every step, [n_units x n_steps * n_trials]
};

}  // namespace cohort
