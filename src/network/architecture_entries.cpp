#include <cohort/network/architectures.hpp>

#include <cohort/network/alif.hpp>
#include <cohort/network/ctrnn.hpp>
#include <cohort/network/gru.hpp>
#include <cohort/network/lif.hpp>
#include <cohort/network/lstm.hpp>
#include <cohort/network/rate.hpp>
#include <cohort/network/recurrent_network.hpp>

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

}  // namespace

template <class Scalar>
std::vector<typename ArchitectureRegistry<Scalar>::Entry> architecture_entries() {
  return {
      recurrent<Alif<Scalar>>(), recurrent<Ctrnn<Scalar>>(), recurrent<Gru<Scalar>>(),
      recurrent<Lif<Scalar>>(),  recurrent<Lstm<Scalar>>(),  recurrent<Rate<Scalar>>(),
  };
}

template std::vector<ArchitectureRegistry<float>::Entry> architecture_entries<float>();
template std::vector<ArchitectureRegistry<double>::Entry> architecture_entries<double>();

}  // namespace cohort
