#include <cohort/network/drive_reach.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {

template <class Scalar>
ParameterSet<Scalar> drive_reach(const RecurrentNetwork<Scalar>& network) {
  const CellTraits& traits = network.cell().traits();
  ParameterSet<Scalar> reach(network.parameters().layout);
  const Matrix<Scalar> ones =
      Matrix<Scalar>::Ones(traits.n_drives * traits.n_units, traits.n_units + network.n_inputs() + 1);
  network.cell().add_drive_gradient(network.parameters(), ones, reach);
  return reach;
}

template <class Scalar>
Vector<Scalar> effective_parameters(const RecurrentNetwork<Scalar>& network) {
  ParameterSet<Scalar> result = drive_reach(network);
  for (const ParameterBlock& block : result.layout.blocks())
    if (block.role == ParameterRole::initial_state || block.role == ParameterRole::readout ||
        block.role == ParameterRole::readout_bias)
      result.block(block.name).setOnes();
  if (!network.cell().traits().has_bias) result.block("b_out").setZero();
  result.block("W_out").leftCols(network.cell().traits().first_readout_unit).setZero();
  return (result.values.array() != 0).template cast<Scalar>().matrix();
}

template <class Scalar>
void check_one_drive(const RecurrentNetwork<Scalar>& network, const std::string& rule) {
  const CellTraits& traits = network.cell().traits();
  if (traits.n_drives != 1 || traits.n_variables != 1 || traits.is_spiking)
    throw UserError(fmt::format("{} cannot train {}", rule, traits.name),
                    "it needs units with one drive and one voltage that do not spike", "Use ctrnn or rate.");
  const auto& blocks = network.parameters().layout.blocks();
  if (std::any_of(blocks.begin(), blocks.end(),
                  [](const ParameterBlock& block) { return block.role == ParameterRole::recurrent_left; }))
    throw UserError(fmt::format("{} cannot train {} of low rank", rule, traits.name),
                    "it changes connections one by one, which changes the rank", "Leave out rank.");
}

template <class Scalar>
void check_free_weights(const RecurrentNetwork<Scalar>& network, const std::string& rule) {
  check_one_drive(network, rule);
  const CellTraits& traits = network.cell().traits();
  const auto refuse = [&](const std::string& what, const std::string& suggestion) {
    throw UserError(fmt::format("{} cannot train {} with {}", rule, traits.name, what),
                    "the feedback of its readout changes every recurrent weight freely", suggestion);
  };
  if (traits.has_dale) refuse("dale", "Leave out dale.");
  if (traits.readout_decay > 0) refuse("a leaky readout", "Leave out the leak of the readout.");
  if ((drive_reach(network).block("W").array() == 0).any())
    refuse("missing connections", "Leave out sparsity and self_connections=false.");
}

#define COHORT_INSTANTIATE(Scalar)                                                    \
  template ParameterSet<Scalar> drive_reach(const RecurrentNetwork<Scalar>&);         \
  template Vector<Scalar> effective_parameters(const RecurrentNetwork<Scalar>&);      \
  template void check_one_drive(const RecurrentNetwork<Scalar>&, const std::string&); \
  template void check_free_weights(const RecurrentNetwork<Scalar>&, const std::string&)

COHORT_INSTANTIATE(float);
COHORT_INSTANTIATE(double);

}  // namespace cohort
