#pragma once

#include <cohort/recordings/npz_file.hpp>
#include <cohort/store/results_file.hpp>

#include <string>
#include <vector>

namespace cohort {

/// One network of a results file for other programs: its name in the study, and its arrays.
struct ExportedNetwork {
  std::string architecture{};        ///< the variant with all its defaults
  std::string recipe{};              ///< how PyTorch or NumPy takes it up, a few lines of Python
  std::vector<NamedArray> arrays{};  ///< recurrent weights as units feel them: masked, signed, multiplied out
};

/// The network of `run` at matched level `level` (an index). Names are those of PyTorch's state_dict where it has the
/// cell: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0` with the gates of nn.GRU (r, z, n) and nn.LSTM (i,
/// f, g, o), and `readout.weight`, `readout.bias`; all else (initial state, time constants) keeps its name in the
/// equations. Throws UserError when the file keeps no weights, or the run never reached the level.
ExportedNetwork exported_network(ResultsFile& file, std::size_t run, std::size_t level);

}  // namespace cohort
