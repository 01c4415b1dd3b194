#pragma once

#include <cohort/network/layer_activation.hpp>
#include <cohort/network/layered_network.hpp>
#include <cohort/network/network_shape.hpp>

#include <string>
#include <vector>

namespace cohort {

/// What a FeedforwardNetwork is made of: an architecture of layers is a function that makes one of these.
struct FeedforwardPlan {
  std::string name;  ///< of the architecture: "mlp"
  Index n_inputs = 0;
  Index n_outputs = 0;        ///< the first units of the last layer; more units than these are auxiliary
  std::vector<Layer> layers;  ///< 1 to L, with the names of their parameters
  LayerActivation hidden, output{};

  /// Units of all layers together.
  Index n_units() const;
  ParameterLayout parameters() const;
  NetworkTraits traits() const;
  /// The shape of its network, without the memory of one.
  NetworkShape shape() const { return {traits(), parameters(), {}}; }
};

/// The widths of a text as 800-800; "none" is an empty list. Throws UserError naming `architecture` for anything that
/// is no list of whole numbers.
std::vector<Index> layer_widths(const std::string& text, const std::string& architecture);

}  // namespace cohort
