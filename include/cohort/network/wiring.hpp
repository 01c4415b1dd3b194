#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/parameters.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/network/network_constant.hpp>
#include <cohort/network/parameter_set.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Which units connect to which, and what signs and ranks their weights may have: the constraints between the
/// parameters that are trained and the weights that units feel.
///
/// * `sparsity=p`: each connection exists with probability p (a fixed mask); weights start 1/√p larger.
/// * `self_connections=false`: none from a unit to itself.
/// * `dale=true`: weights are |W| · sign of the sender, the first `excitatory` share of units being excitatory; no
///   self-connections; at the start excitatory weights are divided by N_E/N_I, which balances the two (Song, Yang &
///   Wang 2016, doi:10.1371/journal.pcbi.1004792).
/// * `rank=r`: W = U Vᵀ with trained U, V [n_units x r] (Mastrogiuseppe & Ostojic 2018,
///   doi:10.1016/j.neuron.2018.07.003).
/// * `input_fraction`, `readout_fraction`: inputs reach the first, the readout sees the last units only.
template <class Scalar>
class Wiring {
 public:
  using ConstMatrix = Eigen::Ref<const Matrix<Scalar>, 0, Eigen::OuterStride<>>;

  /// Adds the parameters above to a cell's description; sign and rank are for cells with one recurrent matrix.
  static void describe(Description& description, bool has_one_matrix);

  /// `recurrent` names the recurrent blocks of the cell. Throws UserError for constraints that exclude each other.
  Wiring(const Parameters& parameters, Index n_units, std::vector<std::string> recurrent);

  bool has_dale() const { return has_dale_; }
  Index n_excitatory() const { return n_excitatory_; }
  Index n_input_units() const { return n_input_units_; }
  Index first_readout_unit() const { return first_readout_unit_; }

  /// Adds the parameters of recurrent matrix `which`.
  void add_parameters(std::size_t which, ParameterLayout& layout) const;

  /// Draws the connection masks.
  void wire(const RandomStream& stream);

  /// `mask_<name>` of each recurrent matrix, 1 where a connection exists, and `sign` of the senders; whatever there is.
  NetworkConstants<Scalar> constants() const;
  std::vector<ConstantShape> constant_shapes() const;

  /// Whether `wire` draws masks.
  bool has_masks() const { return probability_ < 1 || !self_connections_; }
  const std::vector<std::string>& recurrent() const { return names_; }

  /// Lays the constraints on freshly drawn weights.
  void constrain(ParameterSet<Scalar>& parameters) const;

  /// Multiplies the effective weights of matrix `which`.
  void scale(std::size_t which, double factor, ParameterSet<Scalar>& parameters) const;

  /// The weights of matrix `which` as units feel them; valid until the next call.
  ConstMatrix effective(const ParameterSet<Scalar>& parameters, std::size_t which) const;

  /// Adds dE/d(parameters), given dE/d(effective weights) [n_units x n_units] of matrix `which`.
  void add_gradient(const ParameterSet<Scalar>& parameters, std::size_t which, const ConstMatrix& effective_gradient,
                    ParameterSet<Scalar>& gradient) const;

 private:
  Index n_units_;
  std::vector<std::string> names_;
  double probability_ = 1;
  bool self_connections_ = true, has_dale_ = false;
  Index rank_ = 0;
  Index n_excitatory_ = 0, n_input_units_, first_readout_unit_;
  std::vector<Matrix<Scalar>> masks_;  ///< one per matrix, empty when every connection exists
  Vector<Scalar> signs_;               ///< of the senders, has_dale_ only
  mutable Matrix<Scalar> effective_;
};

}  // namespace cohort
