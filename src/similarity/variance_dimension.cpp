#include <cohort/similarity/variance_dimension.hpp>

#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>

namespace cohort {

Index variance_dimension(const Representation& representation, double share) {
  expects(share > 0 && share <= 1, "a share of the variance");
  const MatrixXd values = centred(scaled(representation.values()).values);
  const bool few_units = values.cols() <= values.rows();
  const MatrixXd gram = few_units ? MatrixXd(values.transpose() * values) : MatrixXd(values * values.transpose());
  const VectorXd rising = Eigen::SelfAdjointEigenSolver<MatrixXd>(gram, Eigen::EigenvaluesOnly).eigenvalues();
  const double wanted = share * rising.sum() * (1 - 1e-12);  // what rounding alone takes away is not missing
  double held = 0;
  for (Index n = 1; n <= rising.size(); ++n) {
    held += rising[rising.size() - n];
    if (held >= wanted) return n;
  }
  return rising.size();
}

}  // namespace cohort
