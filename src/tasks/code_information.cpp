#include <cohort/tasks/code_information.hpp>

#include <cohort/core/errors.hpp>

#include <cmath>

namespace cohort {

MatrixXd code_probabilities(const MatrixXd& fires) {
  const Index n_units = fires.rows();
  expects(n_units <= most_enumerated_units, "few enough units to enumerate their codes");
  MatrixXd result = MatrixXd::Ones(Index{1} << n_units, fires.cols());
  for (Index code = 0; code < result.rows(); ++code)
    for (Index unit = 0; unit < n_units; ++unit)
      if (fires_in(code, unit, n_units))
        result.row(code).array() *= fires.row(unit).array();
      else
        result.row(code).array() *= 1 - fires.row(unit).array();
  return result;
}

double code_information(const MatrixXd& fires, const VectorXd& weights) {
  const VectorXd p = weights / weights.sum();
  const MatrixXd given = code_probabilities(fires);
  const VectorXd marginal = given * p;
  double information = 0;
  for (Index pattern = 0; pattern < given.cols(); ++pattern)
    for (Index code = 0; code < given.rows(); ++code)
      if (const double likelihood = given(code, pattern); likelihood > 0)
        information += p[pattern] * likelihood * std::log(likelihood / marginal[code]);
  return information;
}

double entropy(const VectorXd& weights) {
  double result = 0;
  for (const double weight : weights)
    if (const double p = weight / weights.sum(); p > 0) result -= p * std::log(p);
  return result;
}

}  // namespace cohort
