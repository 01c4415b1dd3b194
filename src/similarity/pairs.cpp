#include "pairs.hpp"

#include <cohort/core/errors.hpp>

#include <Eigen/QR>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cohort {

bool comes_before(const MatrixXd& a, const MatrixXd& b) {
  if (a.cols() != b.cols()) return a.cols() < b.cols();
  return std::lexicographical_compare(a.data(), a.data() + a.size(), b.data(), b.data() + b.size());
}

MatrixXd without_redundant_units(MatrixXd values) {
  if (values.cols() <= values.rows()) return values;
  const Eigen::HouseholderQR<MatrixXd> qr(values.transpose());
  return MatrixXd(qr.matrixQR().topRows(values.rows()).triangularView<Eigen::Upper>()).transpose();
}

void expect_same_samples(Index a, Index b) {
  if (a == b) return;
  throw UserError(fmt::format("{} and {} samples cannot be compared", a, b),
                  "sample i of one representation must be sample i of the other",
                  "Use the same conditions and times for both.");
}

}  // namespace cohort
