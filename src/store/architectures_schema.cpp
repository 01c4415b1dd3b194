#include <cohort/store/architectures_schema.hpp>

#include <cohort/network/architectures.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <algorithm>

namespace cohort {
namespace {

constexpr const char* kOrder =
    "a block is values[offset : offset + rows * columns], column by column: "
    "numpy.reshape(values, (rows, columns), order='F')";

const char* role_name(ParameterRole role) {
  switch (role) {
    case ParameterRole::recurrent:
      return "recurrent";
    case ParameterRole::recurrent_left:
      return "recurrent_left";
    case ParameterRole::recurrent_right:
      return "recurrent_right";
    case ParameterRole::input:
      return "input";
    case ParameterRole::bias:
      return "bias";
    case ParameterRole::initial_state:
      return "initial_state";
    case ParameterRole::readout:
      return "readout";
    case ParameterRole::readout_bias:
      return "readout_bias";
    case ParameterRole::hidden:
      return "hidden";
  }
  return "";
}

/// One named matrix within a flat vector.
struct NamedBlock {
  std::string name, meaning;
  Index rows, cols, offset;
};

std::vector<NamedBlock> parameter_blocks(const NetworkShape& network) {
  std::vector<NamedBlock> blocks;
  for (const ParameterBlock& block : network.parameters.blocks())
    blocks.push_back({block.name, role_name(block.role), block.rows, block.cols, block.offset});
  return blocks;
}

std::vector<NamedBlock> constant_blocks(const NetworkShape& network) {
  std::vector<NamedBlock> blocks;
  Index offset = 0;
  for (const ConstantShape& constant : network.constants) {
    blocks.push_back({constant.name, constant.meaning, constant.rows, constant.cols, offset});
    offset += constant.rows * constant.cols;
  }
  return blocks;
}

/// A column of texts, one per architecture or block.
DatasetInfo texts(std::string path, std::vector<std::string> axes, const char* long_name,
                  std::vector<std::string> values) {
  DatasetInfo info{std::move(path), ValueType::text, std::move(axes), "1", long_name};
  info.text_length = 1;
  for (const std::string& value : values) info.text_length = std::max(info.text_length, value.size());
  info.constants = std::move(values);
  return info;
}

DatasetInfo numbers(std::string path, std::vector<std::string> axes, const char* long_name,
                    std::vector<std::int32_t> values) {
  DatasetInfo info{std::move(path), ValueType::i32, std::move(axes), "1", long_name};
  info.constants = std::move(values);
  return info;
}

/// The tables of all blocks of all architectures, [architecture, <kind>_block], empty where an architecture has fewer.
void add_blocks(const std::string& kind, const char* meaning, const std::vector<std::vector<NamedBlock>>& blocks,
                Schema& schema) {
  std::size_t most = 0;
  for (const auto& of_one : blocks) most = std::max(most, of_one.size());
  if (most == 0) return;
  const std::string dimension = kind + "_block";
  schema.dimensions.push_back({dimension, most, "named matrix in /snapshots/" + kind + "s"});
  std::vector<std::string> names(blocks.size() * most), meanings(names.size());
  std::vector<std::int32_t> rows(names.size(), -1), columns(rows), offsets(rows);
  for (std::size_t i = 0; i < blocks.size(); ++i)
    for (std::size_t k = 0; k < blocks[i].size(); ++k) {
      const NamedBlock& block = blocks[i][k];
      const std::size_t at = i * most + k;
      names[at] = block.name;
      meanings[at] = block.meaning;
      rows[at] = static_cast<std::int32_t>(block.rows);
      columns[at] = static_cast<std::int32_t>(block.cols);
      offsets[at] = static_cast<std::int32_t>(block.offset);
    }
  const std::vector<std::string> axes{"architecture", dimension};
  const std::string path = "/architectures/" + kind;
  schema.datasets.push_back(texts(path + "_name", axes, "name of the block, as in the equations", names));
  schema.datasets.push_back(texts(path + "_" + meaning, axes, "what the block does", meanings));
  schema.datasets.push_back(numbers(path + "_rows", axes, "rows of the block", rows));
  schema.datasets.push_back(numbers(path + "_columns", axes, "columns of the block", columns));
  DatasetInfo offset = numbers(path + "_offset", axes, "where the block begins", offsets);
  offset.comment = kOrder;
  schema.datasets.push_back(offset);
}

/// The layer of every unit of a representation, from 1; 0 where a network has no layers or fewer units. And how many
/// of the last layer's units are outputs.
void add_layers(const std::vector<std::vector<Index>>& layer_units, const std::vector<std::int32_t>& n_units,
                Index n_outputs, Schema& schema) {
  if (std::all_of(layer_units.begin(), layer_units.end(), [](const auto& units) { return units.empty(); })) return;
  const auto most = static_cast<std::size_t>(*std::max_element(n_units.begin(), n_units.end()));
  std::vector<std::int32_t> layers(layer_units.size() * most, 0);
  for (std::size_t i = 0; i < layer_units.size(); ++i) {
    std::size_t unit = i * most;
    for (std::size_t layer = 0; layer < layer_units[i].size(); ++layer)
      for (Index k = 0; k < layer_units[i][layer]; ++k) layers[unit++] = static_cast<std::int32_t>(layer) + 1;
  }
  schema.dimensions.push_back({"layered_unit", most, "unit of a representation, layer after layer"});
  schema.datasets.push_back(numbers("/architectures/unit_layer", {"architecture", "layered_unit"},
                                    "layer of the unit, from 1; 0: the network has no layers, or fewer units", layers));
  schema.datasets.push_back(
      numbers("/architectures/n_outputs", {"architecture"}, "outputs, the first units of the last layer",
              std::vector<std::int32_t>(layer_units.size(), static_cast<std::int32_t>(n_outputs))));
}

}  // namespace

Schema architectures_schema(const Study& study) {
  const TaskInfo& task = shared_task(study.task)->info();
  const auto& levels = study.levels[static_cast<std::size_t>(Factor::architecture)];
  Dimension dimension{"architecture", levels.size(), "architecture of the study"};
  std::vector<std::string> variants, families, names;
  std::vector<std::int32_t> n_units, n_states, n_parameters;
  std::vector<std::vector<NamedBlock>> parameters, constants;
  std::vector<std::vector<Index>> layer_units;
  for (const FactorLevel& level : levels) {
    const NetworkShape network = architecture_shape(level.variant, task.n_inputs, task.n_outputs);
    const NetworkTraits& traits = network.traits;
    dimension.labels.push_back(level.text);
    variants.push_back(architectures<float>().catalogue().parse(level.variant).canonical());
    families.push_back(family_name(traits.family));
    names.push_back(traits.name);
    n_units.push_back(static_cast<std::int32_t>(traits.n_units));
    layer_units.push_back(traits.layer_units);
    n_states.push_back(static_cast<std::int32_t>(traits.n_states));
    n_parameters.push_back(static_cast<std::int32_t>(network.parameters.size()));
    parameters.push_back(parameter_blocks(network));
    constants.push_back(constant_blocks(network));
  }
  Schema schema;
  schema.dimensions = {dimension};
  const std::vector<std::string> axis{"architecture"};
  schema.datasets = {texts("/architectures/variant", axis, "the architecture with all its defaults", variants),
                     texts("/architectures/family", axis, "family of networks", families),
                     texts("/architectures/name", axis, "name of the architecture", names),
                     numbers("/architectures/n_units", axis, "units seen in representations", n_units),
                     numbers("/architectures/n_states", axis, "state variables", n_states),
                     numbers("/architectures/n_parameters", axis, "parameters", n_parameters)};
  add_layers(layer_units, n_units, task.n_outputs, schema);
  add_blocks("parameter", "role", parameters, schema);
  add_blocks("constant", "meaning", constants, schema);
  return schema;
}

}  // namespace cohort
