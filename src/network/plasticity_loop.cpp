#include <cohort/network/plasticity_loop.hpp>

#include <algorithm>
#include <utility>

namespace cohort {
namespace {

/// Writes matrixᵀ first and matrixᵀ others, in one pass over the columns of the matrix.
template <class Scalar>
void transposed_products(const Matrix<Scalar>& matrix, const Vector<Scalar>& first, const Matrix<Scalar>& others,
                         Vector<Scalar>& of_first, Matrix<Scalar>& of_others) {
  of_first.resize(matrix.cols());
  of_others.resize(matrix.cols(), others.cols());
  for (Index j = 0; j < matrix.cols(); ++j) {
    const auto column = matrix.col(j);
    of_first[j] = column.dot(first);
    for (Index r = 0; r < others.cols(); ++r) of_others(j, r) = column.dot(others.col(r));
  }
}

}  // namespace

template <class Scalar>
struct PlasticityLoop<Scalar>::Products {
  Scalar of_first = 0, of_second = 0;                      ///< coefficients of -e y' and of -y e'
  Eigen::Matrix<Scalar, 1, Eigen::Dynamic> first, second;  ///< their derivatives
};

template <class Scalar>
PlasticityLoop<Scalar>::PlasticityLoop(std::vector<Index> widths, double beta, Feedback feedback,
                                       std::vector<std::size_t> terms)
    : beta_(static_cast<Scalar>(beta)), feedback_(feedback), terms_(std::move(terms)) {
  const std::size_t n_layers = widths.size() - 1;
  const auto n_terms = static_cast<Index>(terms_.size());
  weights_.resize(n_layers);
  back_.resize(n_layers);
  drives_.resize(n_layers);
  drive_tangents_.resize(n_layers);
  for (const Index width : widths) {
    activities_.emplace_back(Vector<Scalar>::Zero(width));
    credits_.emplace_back(Vector<Scalar>::Zero(width));
    activity_tangents_.emplace_back(Matrix<Scalar>::Zero(width, n_terms));
    credit_tangents_.emplace_back(Matrix<Scalar>::Zero(width, n_terms));
  }
  tangents_.resize(terms_.size());
  for (auto& of_term : tangents_)
    for (std::size_t l = 0; l < n_layers; ++l) of_term.emplace_back(Matrix<Scalar>::Zero(widths[l + 1], widths[l]));
}

template <class Scalar>
void PlasticityLoop<Scalar>::start(const std::vector<Matrix<Scalar>>& weights,
                                   const std::vector<Matrix<Scalar>>& feedback) {
  weights_ = weights;
  if (feedback_ == Feedback::random) back_ = feedback;
  for (auto& of_term : tangents_)
    for (auto& of_layer : of_term) of_layer.setZero();
}

template <class Scalar>
bool PlasticityLoop<Scalar>::is_learned(std::size_t term) const {
  return std::find(terms_.begin(), terms_.end(), term) != terms_.end();
}

template <class Scalar>
void PlasticityLoop<Scalar>::show(const Eigen::Ref<const Vector<Scalar>>& sample) {
  activities_[0] = sample;
  for (std::size_t l = 0; l < weights_.size(); ++l) {
    Vector<Scalar>&z = drives_[l], &h = activities_[l + 1];
    Matrix<Scalar>&z_tangents = drive_tangents_[l], &h_tangents = activity_tangents_[l + 1];
    z.noalias() = weights_[l] * activities_[l];
    z_tangents.resize(z.size(), static_cast<Index>(terms_.size()));
    for (std::size_t r = 0; r < terms_.size(); ++r) {
      auto z_tangent = z_tangents.col(static_cast<Index>(r));
      z_tangent.noalias() = tangents_[r][l] * activities_[l];
      if (l > 0) z_tangent.noalias() += weights_[l] * activity_tangents_[l].col(static_cast<Index>(r));
    }
    if (l + 1 < weights_.size()) {
      h = z.array().max(0) + (-beta_ * z.array().abs()).exp().log1p() / beta_;
      slope_ = -(-beta_ * h.array()).expm1();
      h_tangents = slope_.asDiagonal() * z_tangents;
    } else {
      h = (z.array() - z.maxCoeff()).exp();
      h /= h.sum();
      const Eigen::Matrix<Scalar, 1, Eigen::Dynamic> means = h.transpose() * z_tangents;
      h_tangents = h.asDiagonal() * (z_tangents.rowwise() - means);
    }
  }
}

template <class Scalar>
void PlasticityLoop<Scalar>::send_credit(Index label) {
  const std::size_t last = weights_.size();
  credits_[last] = activities_[last];
  credits_[last][label] -= 1;
  credit_tangents_[last] = activity_tangents_[last];
  for (std::size_t l = last; l > 0; --l) {
    const bool is_symmetric = feedback_ == Feedback::symmetric;
    const Matrix<Scalar>& back = is_symmetric ? weights_[l - 1] : back_[l - 1];
    transposed_products(back, credits_[l], credit_tangents_[l], returned_, returned_tangents_);
    for (std::size_t r = 0; is_symmetric && r < terms_.size(); ++r)
      returned_tangents_.col(static_cast<Index>(r)).noalias() += tangents_[r][l - 1].transpose() * credits_[l];
    const auto h = activities_[l - 1].array();
    slope_ = -(-beta_ * h).expm1();
    credits_[l - 1] = returned_.array() * slope_.array();
    credit_tangents_[l - 1] = slope_.asDiagonal() * returned_tangents_;
    slope_ = beta_ * (1 - slope_.array()) * returned_.array();  // what a change of h does to it
    credit_tangents_[l - 1] += slope_.asDiagonal() * activity_tangents_[l - 1];
  }
}

template <class Scalar>
void PlasticityLoop<Scalar>::add_credits(Index label, std::vector<Vector<Scalar>>& fed_back,
                                         std::vector<Vector<Scalar>>& exact) const {
  add_credits_through(feedback_ == Feedback::symmetric ? weights_ : back_, label, fed_back);
  add_credits_through(weights_, label, exact);
}

template <class Scalar>
void PlasticityLoop<Scalar>::add_credits_through(const std::vector<Matrix<Scalar>>& back, Index label,
                                                 std::vector<Vector<Scalar>>& sums) const {
  const std::size_t n_hidden = back.size() - 1;
  sums.resize(n_hidden);
  Vector<Scalar> credit = activities_.back();
  credit[label] -= 1;
  for (std::size_t l = n_hidden; l > 0; --l) {
    const Vector<Scalar> returned = back[l].transpose() * credit;
    credit = returned.array() * -(-beta_ * activities_[l].array()).expm1();
    if (sums[l - 1].size() == 0) sums[l - 1].setZero(credit.size());
    sums[l - 1] += credit;
  }
}

template <class Scalar>
void PlasticityLoop<Scalar>::learn(Index label, const PlasticityCoefficients& theta) {
  send_credit(label);
  for (std::size_t l = 0; l < weights_.size(); ++l) change_layer(l, theta);
}

template <class Scalar>
void PlasticityLoop<Scalar>::write_products(std::size_t l, const PlasticityCoefficients& theta, Products& products) {
  const auto n_terms = static_cast<Index>(terms_.size());
  const Vector<Scalar>&y = activities_[l + 1], &e = credits_[l + 1], &e_below = credits_[l];
  const Matrix<Scalar>&y_tangents = activity_tangents_[l + 1], &e_tangents = credit_tangents_[l + 1];
  const auto coefficient = [&](std::size_t term) { return static_cast<Scalar>(theta[term]); };
  v_.setZero(weights_[l].cols());
  v_tangents_.setZero(weights_[l].cols(), n_terms);
  if (uses(6, theta) || uses(7, theta))
    for (Index j = 0; j < v_.size(); ++j) find_v(l, j);
  const Scalar s = y.sum(), q = v_.dot(e_below), r = e.dot(drives_[l]);
  const Eigen::Matrix<Scalar, 1, Eigen::Dynamic> s_tangents = y_tangents.colwise().sum();
  const Eigen::Matrix<Scalar, 1, Eigen::Dynamic> q_tangents =
      e_below.transpose() * v_tangents_ + v_.transpose() * credit_tangents_[l];
  const Eigen::Matrix<Scalar, 1, Eigen::Dynamic> r_tangents =
      drives_[l].transpose() * e_tangents + e.transpose() * drive_tangents_[l];
  products.of_first = coefficient(0) + coefficient(5) * s + coefficient(7) * q;
  products.of_second = coefficient(1) + coefficient(6) * q + coefficient(8) * r;
  products.first = coefficient(5) * s_tangents + coefficient(7) * q_tangents;
  products.second = coefficient(6) * q_tangents + coefficient(8) * r_tangents;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const std::size_t term = terms_[i];
    const auto at = static_cast<Index>(i);
    products.first[at] += term == 0 ? 1 : term == 5 ? s : term == 7 ? q : Scalar(0);
    products.second[at] += term == 1 ? 1 : term == 6 ? q : term == 8 ? r : Scalar(0);
  }
}

/// v = Wᵀy of one column of the weights, and its derivatives.
template <class Scalar>
void PlasticityLoop<Scalar>::find_v(std::size_t l, Index j) {
  const Vector<Scalar>& y = activities_[l + 1];
  const auto weights = weights_[l].col(j);
  v_[j] = weights.dot(y);
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const auto at = static_cast<Index>(i);
    v_tangents_(j, at) = weights.dot(activity_tangents_[l + 1].col(at)) + tangents_[i][l].col(j).dot(y);
  }
}

/// ΔW = a y'ᵀ + b e'ᵀ - θ9 y vᵀ - θ3 W with y', e' of the layer below, v = Wᵀy, q = v·e', r = e·(W y'), s = Σ y,
/// a = -(θ0 + θ5 s + θ7 q) e + θ9 y, b = -(θ1 + θ6 q + θ8 r) y - θ2 e - θ4 1; and its derivative by each term. `left_`
/// becomes a, b, -θ9 y, and for every term their derivatives before them.
template <class Scalar>
void PlasticityLoop<Scalar>::write_left_sides(std::size_t l, const PlasticityCoefficients& theta,
                                              const Products& products) {
  const Vector<Scalar>&y = activities_[l + 1], &e = credits_[l + 1];
  const auto theta2 = static_cast<Scalar>(theta[2]), theta4 = static_cast<Scalar>(theta[4]);
  const auto theta9 = static_cast<Scalar>(theta[9]);
  left_.resize(y.size(), 3);
  left_.col(0) = -products.of_first * e + theta9 * y;
  left_.col(1) = -products.of_second * y - theta2 * e;
  left_.col(1).array() -= theta4;
  left_.col(2) = -theta9 * y;
  left_tangents_.resize(terms_.size());
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const std::size_t term = terms_[i];
    const auto at = static_cast<Index>(i);
    const auto y_tangent = activity_tangents_[l + 1].col(at), e_tangent = credit_tangents_[l + 1].col(at);
    const Scalar of_nine = term == 9 ? 1 : 0;
    auto& left = left_tangents_[i];
    left.resize(y.size(), 6);
    left.col(0) = -products.first[at] * e - products.of_first * e_tangent + of_nine * y + theta9 * y_tangent;
    left.col(1) = -products.second[at] * y - products.of_second * y_tangent - theta2 * e_tangent;
    if (term == 2) left.col(1) -= e;
    if (term == 4) left.col(1).array() -= 1;
    left.col(2) = -of_nine * y - theta9 * y_tangent;
    left.template rightCols<3>() = left_;
  }
}

/// One pass over the weights and their derivatives, column by column, each read and written once.
template <class Scalar>
void PlasticityLoop<Scalar>::change_layer(std::size_t l, const PlasticityCoefficients& theta) {
  Products products;
  write_products(l, theta, products);
  write_left_sides(l, theta, products);
  const bool needs_v = uses(9, theta) && !uses(6, theta) && !uses(7, theta);  // else it is there, or not asked for
  const Scalar keep = 1 - static_cast<Scalar>(theta[3]);
  Eigen::Matrix<Scalar, 3, 1> right;
  Eigen::Matrix<Scalar, 6, 1> right_of_tangent;
  for (Index j = 0; j < weights_[l].cols(); ++j) {
    if (needs_v) find_v(l, j);
    auto weights = weights_[l].col(j);
    right << activities_[l][j], credits_[l][j], v_[j];
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      const auto at = static_cast<Index>(i);
      right_of_tangent << right, activity_tangents_[l](j, at), credit_tangents_[l](j, at), v_tangents_(j, at);
      auto tangent = tangents_[i][l].col(j);
      tangent = keep * tangent + left_tangents_[i].lazyProduct(right_of_tangent);
      if (terms_[i] == 3) tangent -= weights;
    }
    weights = keep * weights + left_.lazyProduct(right);
  }
}

template class PlasticityLoop<float>;
template class PlasticityLoop<double>;

}  // namespace cohort
