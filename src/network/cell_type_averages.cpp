#include <cohort/network/cell_type_averages.hpp>

#include <vector>

namespace cohort {
namespace {

/// The type of every unit: excitatory ones first.
std::vector<Index> types_of(const CellTraits& traits, Index n_types) {
  std::vector<Index> types;
  const Index n_excitatory = traits.n_excitatory, n_inhibitory = traits.n_units - n_excitatory;
  for (Index unit = 0; unit < n_excitatory; ++unit) types.push_back(unit * n_types / n_excitatory);
  for (Index unit = 0; unit < n_inhibitory; ++unit) types.push_back(n_types + unit * n_types / n_inhibitory);
  return types;
}

}  // namespace

template <class Scalar>
Matrix<Scalar> cell_type_averages(const Matrix<Scalar>& weights, const CellTraits& traits, Index n_types) {
  const std::vector<Index> types = types_of(traits, n_types);
  const auto type = [&](Index unit) { return types[static_cast<std::size_t>(unit)]; };
  MatrixXd sum = MatrixXd::Zero(2 * n_types, 2 * n_types), count = sum;
  for (Index from = 0; from < weights.cols(); ++from) {
    for (Index to = 0; to < weights.rows(); ++to) {
      if (weights(to, from) == 0) continue;
      sum(type(to), type(from)) += static_cast<double>(weights(to, from));
      count(type(to), type(from)) += 1;
    }
  }
  const MatrixXd average = sum.array() / count.array().max(1);
  Matrix<Scalar> result(weights.rows(), weights.cols());
  for (Index from = 0; from < weights.cols(); ++from)
    for (Index to = 0; to < weights.rows(); ++to) result(to, from) = static_cast<Scalar>(average(type(to), type(from)));
  return result;
}

template Matrix<float> cell_type_averages(const Matrix<float>&, const CellTraits&, Index);
template Matrix<double> cell_type_averages(const Matrix<double>&, const CellTraits&, Index);

}  // namespace cohort
