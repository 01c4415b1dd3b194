#include <cohort/similarity/participation_ratio.hpp>

namespace cohort {

double participation_ratio(const Representation& representation) {
  const MatrixXd values = centred(scaled(representation.values()).values);
  // Σλ² is the squared norm of either Gram matrix: the smaller one is cheaper.
  const bool few_units = values.cols() <= values.rows();
  const MatrixXd gram = few_units ? MatrixXd(values.transpose() * values) : MatrixXd(values * values.transpose());
  const double trace = gram.trace();
  return trace * trace / gram.squaredNorm();
}

}  // namespace cohort
