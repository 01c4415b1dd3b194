#pragma once

#include <cohort/network/recurrent_network.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cohort {

/// A recurrent network that was trained elsewhere.
struct ReadNetwork {
  std::unique_ptr<Network<double>> network{};  ///< of the recurrent family, with derivatives
  std::vector<std::string> read{};             ///< the file's arrays that were used, in their order
  std::vector<std::string> left_zero{};        ///< parameters of the cell that the file does not have
};

/// Reads the network of a cell (`ctrnn/units=100,tau=10`) from named arrays: a .npz file, a folder of .npy files, an
/// HDF5 file or a group in it. Names and shapes are those of the cell's equations (ctrnn, rate: W [N x N], W_in [N x
/// n_inputs], b [N], W_out, b_out; gru: W_r, W_z, W_n, W_in_r, ..., b_hn; lstm: W_i, W_f, W_g, W_o, ...), or those of a
/// state_dict of PyTorch's nn.RNN (cell rate/tau=1 or rate/tau=1,activation=relu), nn.GRU and nn.LSTM of one layer:
/// weight_hh_l0, weight_ih_l0, bias_ih_l0, bias_hh_l0, readout.weight, readout.bias. `W[i][j]` goes from unit j to unit
/// i. Recurrent and input weights must be there; biases, readout and the initial state are zero without. Names beside
/// these are not read.
///
/// Throws UserError: no such cell, one that spikes or has no recurrent state, one that draws something (sparsity, time
/// constants) or changes the weights that are given (signs, self-connections); arrays that are missing, of another
/// shape, not finite; several layers, two directions.
ReadNetwork read_network(const std::string& path, const std::string& cell);

}  // namespace cohort
