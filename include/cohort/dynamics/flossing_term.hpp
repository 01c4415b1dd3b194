#pragma once

#include <cohort/dynamics/flossing.hpp>
#include <cohort/learning/network_term.hpp>
#include <cohort/learning/training_options.hpp>

#include <memory>

namespace cohort {

/// Gradient flossing as a term of training: along the first trials of an update's batch, with the first columns of the
/// identity as frame. In double precision whatever the training's: a twin of the network computes it.
template <class Scalar>
class FlossingTerm final : public NetworkTerm<Scalar> {
 public:
  /// `twin` is made as the network that is trained, with its masks and time constants. Throws UserError for a network
  /// that is not recurrent, or spikes.
  FlossingTerm(std::unique_ptr<Network<double>> twin, const FlossingSettings& settings);

  bool is_due(Index update) const override;
  bool is_alone(Index update) const override { return update < settings_.before; }
  double add_gradient(const ParameterSet<Scalar>& parameters, const TrialBatch<Scalar>& trials,
                      ParameterSet<Scalar>& gradient) override;

 private:
  std::unique_ptr<Network<double>> twin_;
  FlossingSettings settings_;
  Flossing flossing_;
  ParameterSet<double> gradient_;
};

}  // namespace cohort
