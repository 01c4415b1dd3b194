#pragma once

#include <cohort/network/network.hpp>

#include <string>
#include <vector>

namespace cohort {

/// What a network is made of, for whoever wants to know before it is made: a network of 100,000 units has 40 GB of
/// weights, and its shape none.
struct NetworkShape {
  NetworkTraits traits{};
  ParameterLayout parameters{};
  std::vector<ConstantShape> constants{};

  Index n_constants() const {
    Index n = 0;
    for (const ConstantShape& constant : constants) n += constant.rows * constant.cols;
    return n;
  }
};

/// The shape of a network that is there.
template <class Scalar>
NetworkShape shape_of(const Network<Scalar>& network) {
  NetworkShape shape{network.traits(), network.parameters().layout, {}};
  for (const auto& constant : network.constants())
    shape.constants.push_back({constant.name, constant.meaning, constant.values.rows(), constant.values.cols()});
  return shape;
}

}  // namespace cohort
