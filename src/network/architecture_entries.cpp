#include <cohort/network/architectures.hpp>

#include <cohort/network/alif.hpp>
#include <cohort/network/ctrnn.hpp>
#include <cohort/network/feedforward_network.hpp>
#include <cohort/network/gru.hpp>
#include <cohort/network/lif.hpp>
#include <cohort/network/lstm.hpp>
#include <cohort/network/mlp.hpp>
#include <cohort/network/plastic_mlp.hpp>
#include <cohort/network/rate.hpp>
#include <cohort/network/recurrent_network.hpp>
#include <cohort/network/square.hpp>
#include <cohort/network/stochastic_binary.hpp>
#include <cohort/network/tower.hpp>

#include <algorithm>
#include <optional>

namespace cohort {
namespace {

/// The table line of a recurrent cell.
template <class Unit>
auto recurrent() {
  using Scalar = typename Unit::Scalar;
  typename ArchitectureRegistry<Scalar>::Entry entry;
  entry.description = RecurrentCell<Unit>::description();
  entry.description.family = family_name(NetworkFamily::recurrent);
  entry.make = [](const Parameters& parameters, Index n_inputs, Index n_outputs) -> std::unique_ptr<Network<Scalar>> {
    return std::make_unique<RecurrentNetwork<Scalar>>(std::make_unique<RecurrentCell<Unit>>(parameters), n_inputs,
                                                      n_outputs);
  };
  return entry;
}

/// The table line of an architecture of layers.
template <class Scalar, class Architecture>
auto layered() {
  typename ArchitectureRegistry<Scalar>::Entry entry;
  entry.description = Architecture::description();
  entry.description.family = family_name(NetworkFamily::feedforward);
  entry.make = [](const Parameters& parameters, Index n_inputs, Index n_outputs) -> std::unique_ptr<Network<Scalar>> {
    return std::make_unique<FeedforwardNetwork<Scalar>>(Architecture::plan(parameters, n_inputs, n_outputs));
  };
  return entry;
}

/// Every architecture of layers, once.
template <class Use>
void for_each_plan(const Use& use) {
  use.template operator()<Mlp>();
  use.template operator()<Square>();
  use.template operator()<StochasticBinary>();
  use.template operator()<Tower>();
}

}  // namespace

/// Every recurrent cell, once: `use` is given its Unit.
template <class Scalar, class Use>
void for_each_cell(const Use& use) {
  use.template operator()<Alif<Scalar>>();
  use.template operator()<Ctrnn<Scalar>>();
  use.template operator()<Gru<Scalar>>();
  use.template operator()<Lif<Scalar>>();
  use.template operator()<Lstm<Scalar>>();
  use.template operator()<Rate<Scalar>>();
}

template <class Scalar>
std::vector<typename ArchitectureRegistry<Scalar>::Entry> architecture_entries() {
  std::vector<typename ArchitectureRegistry<Scalar>::Entry> entries;
  for_each_cell<Scalar>([&]<class Unit>() { entries.push_back(recurrent<Unit>()); });
  entries.push_back(registry_entry<PlasticMlp<Scalar>, Network<Scalar>, Index, Index>());
  for_each_plan([&]<class Architecture>() { entries.push_back(layered<Scalar, Architecture>()); });
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.description.name < b.description.name; });
  return entries;
}

NetworkShape architecture_shape(const Variant& variant, Index n_inputs, Index n_outputs) {
  const Parameters parameters = architectures<float>().catalogue().parse(variant);
  if (parameters.name() == PlasticMlp<float>::description().name)
    return PlasticMlp<float>::shape(parameters, n_inputs, n_outputs);
  std::optional<NetworkShape> shape;
  for_each_plan([&]<class Architecture>() {
    if (Architecture::description().name == parameters.name())
      shape = Architecture::plan(parameters, n_inputs, n_outputs).shape();
  });
  for_each_cell<float>([&]<class Unit>() {
    if (RecurrentCell<Unit>::description().name == parameters.name())
      shape = RecurrentNetwork<float>::shape(RecurrentCell<Unit>::shape(parameters, n_inputs), n_outputs);
  });
  return shape ? *shape : shape_of(*architectures<float>().make(parameters, n_inputs, n_outputs));
}

template std::vector<ArchitectureRegistry<float>::Entry> architecture_entries<float>();
template std::vector<ArchitectureRegistry<double>::Entry> architecture_entries<double>();

}  // namespace cohort
