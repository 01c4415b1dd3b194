#pragma once

#include <cohort/study/study.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// A layer by which networks of any depth are compared: 1, 2, ... from the input, -1, -2, ... from the output, or a
/// number between 0 and 1, the relative depth.
using LayerChoice = double;

/// Which of `n_layers` layers that is, from 0; none where a network has no such layer. A network without layers counts
/// as one. Relative depth d is layer d · n_layers, rounded, and at least the first.
std::optional<std::size_t> chosen_layer(LayerChoice layer, std::size_t n_layers);

/// A measure at a layer, as tables and files call it: "procrustes/layer=-1", "procrustes/components=5,layer=0.5".
std::string at_layer(const std::string& measure, LayerChoice layer);

/// What at_layer was made of. A measure without a layer is of all units.
struct MeasureAtLayer {
  std::string measure;
  std::optional<LayerChoice> layer{};
};
MeasureAtLayer measure_at_layer(const std::string& text);

/// Every measure at every layer of [similarity] layers; without layers, the measures.
std::vector<std::string> compared_measures(const SimilarityOptions& similarity);

}  // namespace cohort
