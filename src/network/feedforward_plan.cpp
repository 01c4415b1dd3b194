#include <cohort/network/feedforward_plan.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace cohort {
namespace {

constexpr Index kWidest = 1'000'000;

}  // namespace

Index FeedforwardPlan::n_units() const {
  Index n = 0;
  for (const Layer& layer : layers) n += layer.n_units;
  return n;
}

ParameterLayout FeedforwardPlan::parameters() const {
  ParameterLayout layout;
  for (const Layer& layer : layers) {
    const bool is_first = &layer == &layers.front(), is_last = &layer == &layers.back();
    for (const LayerSource& source : layer.sources) {
      if (source.weights.empty()) continue;
      const ParameterRole role = is_last    ? ParameterRole::readout
                                 : is_first ? ParameterRole::input
                                            : ParameterRole::hidden;
      layout.add(source.weights, role, layer.n_units, source.n_read);
    }
    if (!layer.bias.empty())
      layout.add(layer.bias, is_last ? ParameterRole::readout_bias : ParameterRole::bias, layer.n_units, 1);
  }
  return layout;
}

NetworkTraits FeedforwardPlan::traits() const {
  NetworkTraits traits{NetworkFamily::feedforward, name, n_units()};
  for (const Layer& layer : layers) traits.layer_units.push_back(layer.n_units);
  return traits;
}

std::vector<Index> layer_widths(const std::string& text, const std::string& architecture) {
  const auto refuse = [&](const std::string& why) {
    return UserError(fmt::format("hidden={} is not possible for {}", text, architecture), why,
                     "Write the widths of the hidden layers, as in hidden=800-800; the task gives those of input and "
                     "output.");
  };
  std::vector<Index> widths;
  if (text == "none") return widths;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('-', begin), text.size());
    Index width = 0;
    const auto [rest, error] = std::from_chars(text.data() + begin, text.data() + end, width);
    if (error != std::errc() || rest != text.data() + end || text[begin] == '0')
      throw refuse(fmt::format("'{}' is no whole number", text.substr(begin, end - begin)));
    if (width < 1 || width > kWidest) throw refuse(fmt::format("{} is not in 1..{}", width, kWidest));
    widths.push_back(width);
    begin = end + 1;
  }
  return widths;
}

}  // namespace cohort
