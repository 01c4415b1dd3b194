#pragma once

#include <cohort/learning/learning_rule.hpp>
#include <cohort/network/known_network.hpp>

namespace cohort {

/// A rule of one family: turns what every rule is handed into the network of its family. Use it by its two names,
/// TemporalRule and LayeredRule.
template <class Scalar, class NetworkType>
class FamilyRule : public LearningRule<Scalar> {
 public:
  /// Throws UserError, naming what is missing, when the rule cannot train this network of its family.
  virtual void check(const NetworkType&) const {}

  virtual void begin(const NetworkType& network, const RandomStream& stream) = 0;

  virtual void add_gradient(const UpdateContext<Scalar, NetworkType>& context, ParameterSet<Scalar>& gradient) = 0;

 private:
  void check_network(const Network<Scalar>& network) const final { check(known_network<const NetworkType>(network)); }
  void begin_network(const Network<Scalar>& network, const RandomStream& stream) final {
    begin(known_network<const NetworkType>(network), stream);
  }
  void add_network_gradient(const UpdateContext<Scalar>& context, ParameterSet<Scalar>& gradient) final {
    add_gradient(context.of(known_network<NetworkType>(context.network)), gradient);
  }
};

}  // namespace cohort
