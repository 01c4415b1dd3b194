#pragma once

#include <cohort/network/architectures.hpp>
#include <cohort/network/as_recurrent.hpp>

#include <memory>
#include <string>

namespace cohort::test {

/// A registered recurrent architecture with its cell and its states at hand.
template <class Scalar>
std::unique_ptr<RecurrentNetwork<Scalar>> recurrent(const std::string& variant, Index n_inputs, Index n_outputs) {
  auto network = architectures<Scalar>().make(variant, n_inputs, n_outputs);
  auto& known = as_recurrent(*network);
  network.release();
  return std::unique_ptr<RecurrentNetwork<Scalar>>(&known);
}

}  // namespace cohort::test
