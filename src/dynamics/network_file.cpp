#include <cohort/dynamics/network_file.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/as_recurrent.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/recordings/array_archive.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

namespace cohort {
namespace {

/// Suffixes of our gates in the order in which PyTorch stacks them.
std::vector<std::string> torch_gates(const std::string& cell) {
  if (cell == "gru") return {"_r", "_z", "_n"};
  if (cell == "lstm") return {"_i", "_f", "_g", "_o"};
  return {""};
}

/// Reads parameters by our names or by PyTorch's.
class NetworkArrays {
 public:
  NetworkArrays(const std::string& path, const std::string& cell)
      : path_(path), cell_(cell), archive_(open_array_archive(path)), gates_(torch_gates(cell)) {
    is_torch_ = archive_->has("weight_hh_l0");
    for (const char* more : {"weight_hh_l1", "weight_hh_l0_reverse"})
      if (archive_->has(more))
        throw UserError(fmt::format("has {}", more), "a network of one layer and one direction is needed",
                        "Save one layer by itself.", {path_});
  }

  bool is_torch() const { return is_torch_; }
  const std::vector<std::string>& read() const { return read_; }

  /// Columns of the input weights, whose name in our equations is `name`.
  Index n_inputs(const std::string& name) { return columns_of(is_torch_ ? "weight_ih_l0" : name); }
  /// Rows of the readout; 1 without one.
  Index n_outputs() {
    const std::string name = is_torch_ ? "readout.weight" : "W_out";
    return archive_->has(name) ? rows_of(name) : 1;
  }

  /// The values of a block; none where the file does not have it.
  std::optional<MatrixXd> values(const ParameterBlock& block) {
    return is_torch_ ? torch_values(block) : own_values(block.name, block.rows, block.cols);
  }

 private:
  /// The array, [rows x cols]; a vector may have one dimension or two.
  MatrixXd matrix(const std::string& name) {
    const NpyArray array = archive_->read_finite(name);
    if (array.shape.empty() || array.shape.size() > 2)
      throw UserError(fmt::format("has {} dimensions", array.shape.size()), "a vector or a matrix is needed", "",
                      {archive_->path_of(name)});
    const auto rows = static_cast<Index>(array.shape[0]);
    const auto cols = array.shape.size() == 2 ? static_cast<Index>(array.shape[1]) : 1;
    if (std::ranges::count(read_, name) == 0) read_.push_back(name);
    return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(array.values.data(),
                                                                                                    rows, cols);
  }
  MatrixXd required(const std::string& name) {
    if (!archive_->has(name))
      throw UserError(fmt::format("has no {}", name),
                      fmt::format("the arrays of '{}' are named as in its equations, or as in PyTorch's state_dict "
                                  "(weight_hh_l0)",
                                  cell_),
                      fmt::format("See: cohort list architectures {}", cell_), {path_});
    return matrix(name);
  }
  Index columns_of(const std::string& name) { return required(name).cols(); }
  Index rows_of(const std::string& name) { return required(name).rows(); }

  void check_shape(const std::string& name, const MatrixXd& values, Index rows, Index cols) const {
    if (values.rows() == rows && values.cols() == cols) return;
    throw UserError(fmt::format("is {} x {}", values.rows(), values.cols()),
                    fmt::format("the cell has {} x {}", rows, cols),
                    "Give the number of units in --cell: --cell ctrnn/units=64.", {archive_->path_of(name)});
  }

  std::optional<MatrixXd> own_values(const std::string& name, Index rows, Index cols) {
    if (!archive_->has(name)) return std::nullopt;
    MatrixXd values = matrix(name);
    check_shape(name, values, rows, cols);
    return values;
  }

  /// Rows of one gate of an array that stacks them; none where there is no such array.
  std::optional<MatrixXd> gate_of(const std::string& array, std::size_t gate, Index rows, Index cols) {
    const auto all = own_values(array, rows * static_cast<Index>(gates_.size()), cols);
    if (!all) return std::nullopt;
    return MatrixXd(all->middleRows(static_cast<Index>(gate) * rows, rows));
  }

  std::optional<MatrixXd> torch_values(const ParameterBlock& block) {
    if (block.role == ParameterRole::readout) return own_values("readout.weight", block.rows, block.cols);
    if (block.role == ParameterRole::readout_bias) return own_values("readout.bias", block.rows, block.cols);
    const bool is_inner = block.name == "b_hn";  // of nn.GRU: inside the product with the reset gate
    if (is_inner) return gate_of("bias_hh_l0", 2, block.rows, 1);
    for (std::size_t gate = 0; gate < gates_.size(); ++gate) {
      if (block.name == "W" + gates_[gate]) return gate_of("weight_hh_l0", gate, block.rows, block.cols);
      if (block.name == "W_in" + gates_[gate]) return gate_of("weight_ih_l0", gate, block.rows, block.cols);
      if (block.name == "b" + gates_[gate]) return torch_bias(gate, block.rows);
    }
    return own_values(block.name, block.rows, block.cols);
  }

  std::optional<MatrixXd> torch_bias(std::size_t gate, Index rows) {
    auto input = gate_of("bias_ih_l0", gate, rows, 1);
    if (cell_ == "gru" && gates_[gate] == "_n") return input;
    const auto recurrent = gate_of("bias_hh_l0", gate, rows, 1);
    if (input && recurrent) *input += *recurrent;
    return input ? input : recurrent;
  }

  std::string path_, cell_;
  std::unique_ptr<ArrayArchive> archive_;
  std::vector<std::string> gates_;
  bool is_torch_ = false;
  std::vector<std::string> read_;
};

/// The name of the first block of that role.
std::string name_of(const ParameterLayout& layout, ParameterRole role) {
  const auto found = std::ranges::find(layout.blocks(), role, &ParameterBlock::role);
  return found == layout.blocks().end() ? "" : found->name;
}

/// Throws UserError for a cell that cannot be analysed.
void check_cell(const NetworkTraits& traits) {
  const bool is_recurrent = traits.family == NetworkFamily::recurrent;
  if (is_recurrent && !traits.is_spiking) return;
  throw UserError(fmt::format("--cell {} has no fixed points that could be searched", traits.name),
                  is_recurrent ? "spikes have no derivative" : "it has no recurrent state",
                  "Known: ctrnn, gru, lstm, rate.");
}

/// Throws UserError when something of the network is drawn: it was not in the network that was trained.
void check_nothing_is_drawn(const std::string& cell, Index n_inputs, Index n_outputs, const Network<double>& network) {
  const auto other = architectures<double>().make(cell, n_inputs, n_outputs);
  other->initialize(*initializations().make("gaussian"), RandomStream("read network", "other", 2));
  const auto ours = network.constants(), theirs = other->constants();
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (ours[i].values != theirs[i].values)
      throw UserError(fmt::format("--cell {} draws {}", cell, ours[i].name), "the network in the file has its own",
                      "Leave sparsity out, and give time constants as a list: tau=[5,10,...].");
}

/// Throws UserError when the cell changes weights that the file has.
void check_weights(const std::string& cell, const std::vector<MatrixXd>& given, const Network<double>& network) {
  const auto felt = network.recurrent_matrices();
  for (std::size_t i = 0; i < given.size() && given.size() == felt.size(); ++i)
    if (given[i] != felt[i])
      throw UserError(fmt::format("--cell {} changes the recurrent weights of the file", cell),
                      "a sign or a mask of the cell is not in them",
                      "Leave dale and self_connections out: the weights say it all.");
}

}  // namespace

ReadNetwork read_network(const std::string& path, const std::string& cell) {
  const NetworkShape shape = architecture_shape(parse_variant(cell), 1, 1);
  check_cell(shape.traits);
  NetworkArrays arrays(path, shape.traits.name);
  const Index n_inputs = arrays.n_inputs(name_of(shape.parameters, ParameterRole::input));
  const Index n_outputs = arrays.n_outputs();
  ReadNetwork result;
  result.network = architectures<double>().make(cell, n_inputs, n_outputs);
  Network<double>& network = *result.network;
  network.initialize(*initializations().make("gaussian"), RandomStream("read network", "", 1));
  check_nothing_is_drawn(cell, n_inputs, n_outputs, network);
  std::vector<MatrixXd> recurrent;
  network.parameters().values.setZero();
  for (const ParameterBlock& block : network.parameters().layout.blocks()) {
    const auto values = arrays.values(block);
    if (values) network.parameters().block(block.name) = *values;
    const bool is_needed = block.role == ParameterRole::recurrent || block.role == ParameterRole::recurrent_left ||
                           block.role == ParameterRole::recurrent_right || block.role == ParameterRole::input;
    if (block.role == ParameterRole::recurrent && values) recurrent.push_back(*values);
    if (!values && is_needed)
      throw UserError(fmt::format("has no {}", block.name), fmt::format("the cell '{}' needs it", cell),
                      fmt::format("See: cohort list architectures {}", shape.traits.name), {path});
    if (!values) result.left_zero.push_back(block.name);
  }
  check_weights(cell, recurrent, network);
  result.read = arrays.read();
  return result;
}

}  // namespace cohort
