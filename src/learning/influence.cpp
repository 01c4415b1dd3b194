#include <cohort/learning/influence.hpp>

#include <algorithm>

namespace cohort {

template <class Scalar>
InfluenceLayout InfluenceLayout::of(const RecurrentNetwork<Scalar>& network) {
  const CellTraits& traits = network.cell().traits();
  const auto& blocks = network.parameters().layout.blocks();
  InfluenceLayout layout;
  layout.n_units = traits.n_units;
  layout.n_variables = traits.n_variables;
  layout.n_drives = traits.n_drives;
  layout.n_sources = traits.n_units + network.n_inputs() + 1;
  layout.has_initial_state = std::any_of(blocks.begin(), blocks.end(), [](const ParameterBlock& block) {
    return block.role == ParameterRole::initial_state;
  });
  return layout;
}

template InfluenceLayout InfluenceLayout::of(const RecurrentNetwork<float>&);
template InfluenceLayout InfluenceLayout::of(const RecurrentNetwork<double>&);

}  // namespace cohort
