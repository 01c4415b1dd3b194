#include <cohort/report/network_arrays.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/matrix.hpp>
#include <cohort/store/run_table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

namespace cohort {
namespace {

using Matrices = std::map<std::string, Matrix<float>>;

/// The named blocks of one flat vector of an architecture: /architectures/<kind>_*.
Matrices blocks(ResultsFile& file, const std::string& kind, std::size_t architecture,
                const std::vector<float>& values) {
  Matrices matrices;
  const std::string path = "/architectures/" + kind;
  if (!file.has(path + "_name")) return matrices;
  const Extent start{architecture, 0}, count{1, file.extent(path + "_name")[1]};
  const auto names = file.read_text(path + "_name", start, count);
  const auto rows = file.read<std::int32_t>(path + "_rows", start, count);
  const auto columns = file.read<std::int32_t>(path + "_columns", start, count);
  const auto offsets = file.read<std::int32_t>(path + "_offset", start, count);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    const std::size_t size = static_cast<std::size_t>(rows[i]) * static_cast<std::size_t>(columns[i]);
    if (rows[i] < 0 || columns[i] < 0 || offsets[i] < 0 || static_cast<std::size_t>(offsets[i]) + size > values.size())
      throw UserError("damaged", fmt::format("block {} of {} lies outside", names[i], path), "", {file.path()});
    matrices[names[i]] = Eigen::Map<const Matrix<float>>(values.data() + offsets[i], rows[i], columns[i]);
  }
  return matrices;
}

/// Recurrent weights `name` as units feel them (see Wiring).
Matrix<float> effective(const Matrices& parameters, const Matrices& constants, const std::string& name) {
  if (parameters.contains("U")) return parameters.at("U") * parameters.at("V").transpose();
  Matrix<float> weights = parameters.at(name);
  if (const auto mask = constants.find("mask_" + name); mask != constants.end())
    weights = weights.cwiseProduct(mask->second);
  if (const auto sign = constants.find("sign"); sign != constants.end())
    weights = weights.cwiseAbs() * sign->second.col(0).asDiagonal();
  return weights;
}

NamedArray array_of(const std::string& name, const Matrix<float>& matrix) {
  NamedArray array{name, {static_cast<std::size_t>(matrix.rows())}, {}};
  if (matrix.cols() != 1) array.shape.push_back(static_cast<std::size_t>(matrix.cols()));
  for (Index row = 0; row < matrix.rows(); ++row)
    for (Index col = 0; col < matrix.cols(); ++col) array.values.push_back(matrix(row, col));
  return array;
}

/// Gates one below the other, as PyTorch has them.
Matrix<float> stacked(const std::vector<Matrix<float>>& gates) {
  Index rows = 0;
  for (const auto& gate : gates) rows += gate.rows();
  Matrix<float> all(rows, gates.front().cols());
  Index row = 0;
  for (const auto& gate : gates) {
    all.middleRows(row, gate.rows()) = gate;
    row += gate.rows();
  }
  return all;
}

/// What PyTorch calls a cell, and the suffixes of our gates in its order.
struct TorchCell {
  const char* module;
  std::vector<std::string> gates;
};

TorchCell torch_cell(const std::string& cell) {
  if (cell == "gru") return {"GRU", {"_r", "_z", "_n"}};
  if (cell == "lstm") return {"LSTM", {"_i", "_f", "_g", "_o"}};
  return {"", {""}};
}

std::string recipe_for(const TorchCell& cell, Index n_inputs, Index n_units) {
  std::string text = "arrays = numpy.load(PATH)\n";
  if (*cell.module != '\0')
    return text + fmt::format("cell = torch.nn.{}({}, {}, batch_first=True)\n", cell.module, n_inputs, n_units) +
           "cell.load_state_dict({name: torch.from_numpy(arrays[name]) for name in cell.state_dict()})\n";
  return text +
         "W, W_in, b = arrays['weight_hh_l0'], arrays['weight_ih_l0'], arrays['bias_ih_l0']\n"
         "# the step is in `cohort list architectures NAME`, its constants are arrays beside these\n";
}

}  // namespace

ExportedNetwork exported_network(ResultsFile& file, std::size_t run, std::size_t level) {
  const RunTable table(file);
  if (!file.has("/snapshots/parameters") || !file.has("/architectures/parameter_name"))
    throw UserError("keeps no weights", "the study did not ask for them or the file is of an older version",
                    "Set `[snapshots] weights = true`.", {file.path()});
  const std::vector<float> values = table.read_parameters(run, level);
  if (values.empty())
    throw UserError(fmt::format("has no network of run {} at {}", run, table.levels()[level]),
                    "the run never reached it or is not done", "", {file.path()});
  const auto which = static_cast<std::size_t>(file.read<std::int32_t>("/design/architecture", {run}, {1}).front());
  const std::string name = file.read_text("/architectures/name", {which}, {1}).front();
  Matrices parameters = blocks(file, "parameter", which, values);
  const Matrices constants = blocks(file, "constant", which, table.read(run).constants);
  const TorchCell cell = torch_cell(name);
  const Index n_units = file.read<std::int32_t>("/architectures/n_units", {which}, {1}).front();

  std::vector<Matrix<float>> recurrent, input, bias, recurrent_bias;
  const auto taken = [&](const std::string& block, Index cols) {
    const auto found = parameters.find(block);
    return found == parameters.end() ? Matrix<float>(Matrix<float>::Zero(n_units, cols)) : found->second;
  };
  for (const std::string& gate : cell.gates) {
    recurrent.push_back(effective(parameters, constants, "W" + gate));
    input.push_back(parameters.at("W_in" + gate));
    bias.push_back(taken("b" + gate, 1));
    recurrent_bias.push_back(gate == "_n" ? taken("b_hn", 1) : Matrix<float>(Matrix<float>::Zero(n_units, 1)));
  }
  ExportedNetwork network;
  network.architecture = file.read_text("/architectures/variant", {which}, {1}).front();
  network.recipe = recipe_for(cell, input.front().cols(), n_units);
  network.arrays = {array_of("weight_ih_l0", stacked(input)),
                    array_of("weight_hh_l0", stacked(recurrent)),
                    array_of("bias_ih_l0", stacked(bias)),
                    array_of("bias_hh_l0", stacked(recurrent_bias)),
                    array_of("readout.weight", parameters.at("W_out")),
                    array_of("readout.bias", parameters.at("b_out"))};
  for (const char* initial : {"a_0", "h_0", "c_0"})
    if (parameters.contains(initial)) network.arrays.push_back(array_of(initial, parameters.at(initial)));
  for (const auto& [constant, matrix] : constants)
    if (!constant.starts_with("mask_") && constant != "sign") network.arrays.push_back(array_of(constant, matrix));
  return network;
}

}  // namespace cohort
