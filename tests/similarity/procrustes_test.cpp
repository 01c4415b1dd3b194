#include <cohort/core/decompositions.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/measures.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace cohort {
namespace {

MatrixXd random_matrix(Index rows, Index cols, std::uint64_t item) {
  RandomStream stream = RandomStream("test", "procrustes", 1).substream(item);
  return MatrixXd::NullaryExpr(rows, cols, [&] { return stream.normal(); });
}

MatrixXd random_rotation(Index n, std::uint64_t item) {
  return MatrixXd(Eigen::HouseholderQR<MatrixXd>(random_matrix(n, n, item)).householderQ());
}

double measured(std::string_view variant, const MatrixXd& a, const MatrixXd& b) {
  return distance(*measures().make(variant), Representation(a), Representation(b));
}

double angle(const MatrixXd& a, const MatrixXd& b) { return measured("procrustes", a, b); }

// The definition, slowly: full singular value decomposition of the cross-product.
double cosine_by_definition(const MatrixXd& a, const MatrixXd& b) {
  const MatrixXd x = centred(a), y = centred(b);
  return Eigen::JacobiSVD<MatrixXd>(MatrixXd(x.transpose() * y)).singularValues().sum() / (x.norm() * y.norm());
}

TEST(Procrustes, test_vector_of_its_description) {
  const MatrixXd x{{1.0}, {-1.0}, {0.0}}, y{{1.0}, {0.0}, {-1.0}};
  EXPECT_NEAR(angle(x, y), std::numbers::pi / 3, 1e-15);
  EXPECT_NEAR(measured("procrustes/distance=euclidean", x, y), std::numbers::sqrt2, 1e-15);
  EXPECT_NEAR(measured("procrustes/distance=chordal", x, y), 1, 1e-15);
}

TEST(Procrustes, agrees_with_its_definition) {
  for (const auto& [units_a, units_b] : {std::pair<Index, Index>{20, 20}, {5, 31}, {31, 5}, {80, 90}, {1, 1}}) {
    const MatrixXd a = random_matrix(60, units_a, 1),
                   b = random_matrix(60, units_b, 2) + 0.5 * a.col(0).replicate(1, units_b);
    EXPECT_NEAR(angle(a, b), std::acos(cosine_by_definition(a, b)), 1e-13) << units_a << ", " << units_b;
  }
}

TEST(Procrustes, orthogonal_responses_are_a_right_angle_apart) {
  const MatrixXd x{{1.0}, {-1.0}, {0.0}, {0.0}}, y{{0.0}, {0.0}, {1.0}, {-1.0}};
  EXPECT_DOUBLE_EQ(angle(x, y), std::numbers::pi / 2);
  EXPECT_DOUBLE_EQ(measures().make("procrustes")->normalized(angle(x, y)), 1);
}

TEST(Procrustes, ignores_rotation_scale_translation_and_order_of_units) {
  const MatrixXd a = random_matrix(50, 8, 3), b = random_matrix(50, 12, 4);
  const double expected = angle(a, b);
  EXPECT_NEAR(angle(a * random_rotation(8, 5), b), expected, 1e-12);
  EXPECT_NEAR(angle(3.7 * a, -0.1 * b), expected, 1e-12);
  EXPECT_NEAR(angle(a.array() + 11, b.rowwise() + Eigen::RowVectorXd::LinSpaced(12, -4, 4)), expected, 1e-12);
  EXPECT_NEAR(angle(a.rowwise().reverse(), b), expected, 1e-12);
  EXPECT_GT(std::abs(angle(a.colwise().reverse(), b) - expected), 1e-3);  // the order of samples does count
}

TEST(Procrustes, silent_units_count_for_nothing) {
  const MatrixXd a = random_matrix(50, 8, 3), b = random_matrix(50, 12, 4);
  MatrixXd padded = MatrixXd::Zero(50, 12);
  padded.leftCols(8) = a;
  EXPECT_NEAR(angle(padded, b), angle(a, b), 1e-13);
}

TEST(Procrustes, more_units_than_samples_lose_nothing) {
  const MatrixXd a = random_matrix(12, 90, 6), b = random_matrix(12, 70, 7);
  EXPECT_NEAR(angle(a, b), std::acos(cosine_by_definition(a, b)), 1e-13);
}

TEST(Procrustes, is_bitwise_symmetric_and_zero_on_itself) {
  for (const std::string variant : {"procrustes", "procrustes/distance=euclidean", "procrustes/distance=chordal"}) {
    const auto measure = measures().make(variant);
    EXPECT_TRUE(measure->traits().is_symmetric);
    for (std::uint64_t item = 0; item < 20; ++item) {
      const auto a = measure->prepare(Representation(random_matrix(40, 9, 10 + item)));
      const auto b = measure->prepare(Representation(random_matrix(40, item % 2 == 0 ? 9 : 11, 40 + item)));
      EXPECT_EQ(measure->compare(*a, *b).value, measure->compare(*b, *a).value);
      EXPECT_EQ(measure->compare(*a, *a).value, 0.0);
    }
  }
  const MatrixXd a = random_matrix(40, 9, 10);
  EXPECT_LT(angle(a, a * random_rotation(9, 11)), 1e-7);
}

TEST(Procrustes, obeys_the_triangle_inequality) {
  for (const std::string variant : {"procrustes", "procrustes/distance=euclidean", "procrustes/distance=chordal"})
    for (std::uint64_t item = 0; item < 20; ++item) {
      const MatrixXd a = random_matrix(10, 3, 100 + item), b = random_matrix(10, 4, 200 + item);
      const MatrixXd between = a * random_matrix(3, 4, 300 + item) + b;
      EXPECT_LE(measured(variant, a, b), measured(variant, a, between) + measured(variant, between, b) + 1e-12);
    }
}

TEST(Procrustes, its_three_distances_tell_the_same_angle) {
  const MatrixXd a = random_matrix(50, 8, 3), b = 4 * random_matrix(50, 12, 4);
  const double theta = angle(a, b), x = centred(a).norm(), y = centred(b).norm();
  EXPECT_NEAR(measured("procrustes/distance=chordal", a, b), 2 * std::sin(theta / 2), 1e-14);
  EXPECT_NEAR(measured("procrustes/distance=euclidean", a, b), std::sqrt(x * x + y * y - 2 * x * y * std::cos(theta)),
              1e-12 * (x + y));
}

TEST(Procrustes, euclidean_distance_of_a_scaled_copy_is_the_difference_of_sizes) {
  const MatrixXd a = random_matrix(50, 8, 3);
  EXPECT_NEAR(measured("procrustes/distance=euclidean", a, 3 * a), 2 * centred(a).norm(), 1e-10);
}

TEST(Procrustes, refuses_different_samples) {
  EXPECT_THROW(angle(random_matrix(10, 3, 1), random_matrix(11, 3, 2)), UserError);
}

TEST(Procrustes, cost_grows_with_samples_and_units) {
  const auto measure = measures().make("procrustes");
  EXPECT_GT(measure->comparison_flops(2000, 100, 100), measure->comparison_flops(1000, 100, 100));
  EXPECT_GT(measure->comparison_flops(1000, 100, 200), measure->comparison_flops(1000, 100, 100));
  EXPECT_EQ(measure->comparison_flops(1000, 100, 200), measure->comparison_flops(1000, 200, 100));
  EXPECT_EQ(measure->comparison_flops(50, 100, 200), measure->comparison_flops(50, 50, 50));
}

TEST(Measures, every_entry_documents_formula_reference_and_test_vector) {
  for (const auto& description : measures().catalogue().descriptions()) {
    EXPECT_FALSE(description.summary.empty() || description.reference.empty()) << description.name;
    EXPECT_THAT(description.equation, testing::HasSubstr("Test vector")) << description.name;
  }
}

}  // namespace
}  // namespace cohort
