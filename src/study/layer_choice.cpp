#include <cohort/study/layer_choice.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {
namespace {

constexpr const char* kLayer = "layer=";

}  // namespace

std::optional<std::size_t> chosen_layer(LayerChoice layer, std::size_t n_layers) {
  const auto n = static_cast<double>(std::max<std::size_t>(n_layers, 1));
  double number = layer;
  if (layer < 0)
    number = n + 1 + layer;
  else if (layer < 1)
    number = std::max(1.0, std::round(layer * n));
  if (number < 1 || number > n) return std::nullopt;
  return static_cast<std::size_t>(number) - 1;
}

std::string at_layer(const std::string& measure, LayerChoice layer) {
  return fmt::format("{}{}{}{:g}", measure, measure.find('/') == std::string::npos ? '/' : ',', kLayer, layer);
}

MeasureAtLayer measure_at_layer(const std::string& text) {
  const std::size_t place = text.rfind(kLayer);
  if (place == std::string::npos || place == 0 || (text[place - 1] != '/' && text[place - 1] != ',')) return {text};
  return {text.substr(0, place - 1), std::stod(text.substr(place + std::string(kLayer).size()))};
}

std::vector<std::string> compared_measures(const SimilarityOptions& similarity) {
  if (similarity.layers.empty()) return similarity.measures;
  std::vector<std::string> result;
  for (const std::string& measure : similarity.measures)
    for (const LayerChoice layer : similarity.layers) result.push_back(at_layer(measure, layer));
  return result;
}

}  // namespace cohort
