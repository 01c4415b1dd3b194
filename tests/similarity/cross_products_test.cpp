#include "random_data.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

const std::vector<std::string> kTogether{"procrustes", "procrustes/distance=euclidean", "shape_metric/alpha=0.5",
                                         "cka",        "cka/estimator=debiased",        "cka/kernel=rbf"};

/// Narrow ones and wide ones, some of them twice.
std::vector<MatrixXd> networks() {
  std::vector<MatrixXd> result;
  const Index units[] = {3, 20, 7, 1, 40, 130, 20, 9, 100, 33, 2, 16};
  for (std::size_t i = 0; i < std::size(units); ++i) result.push_back(random_matrix(600, units[i], i));
  result.push_back(result[1]);
  result.push_back(random_matrix(600, 3, 50) * 1e-3);
  return result;
}

// What lies beside a pair must not reach its last bit: tiles differ from study to study.
TEST(PairsTogether, have_bit_for_bit_the_values_of_each_pair_alone) {
  const std::vector<MatrixXd> all = networks();
  for (const std::string& name : kTogether) {
    const auto measure = measures().make(name);
    ASSERT_TRUE(measure->compares_together()) << name;
    std::vector<std::unique_ptr<PreparedRepresentation>> prepared;
    for (const MatrixXd& one : all) prepared.push_back(measure->prepare(Representation(one)));
    for (const std::size_t step : {1, 2, 5}) {
      std::vector<PreparedPair> pairs;
      for (std::size_t i = 0; i < all.size(); i += step)
        for (std::size_t j = 0; j < all.size(); ++j) pairs.push_back({prepared[i].get(), prepared[j].get()});
      std::vector<MeasureValue> values(pairs.size());
      measure->compare_all(pairs, {}, values);
      for (std::size_t k = 0; k < pairs.size(); ++k) {
        EXPECT_EQ(values[k].value, measure->compare(*pairs[k].a, *pairs[k].b).value) << name << " " << k;
        EXPECT_EQ(values[k].value, measure->compare(*pairs[k].b, *pairs[k].a).value) << name << " " << k;
      }
    }
    EXPECT_EQ(measure->compare(*prepared[1], *prepared[12]).value, 0) << name;
  }
}

TEST(PairsTogether, ask_whether_to_stop) {
  const auto measure = measures().make("procrustes");
  std::vector<std::unique_ptr<PreparedRepresentation>> prepared;
  for (const MatrixXd& one : networks()) prepared.push_back(measure->prepare(Representation(one)));
  std::vector<PreparedPair> pairs;
  for (const auto& a : prepared) pairs.push_back({a.get(), prepared[3].get()});
  std::vector<MeasureValue> values(pairs.size());
  int n_asked = 0;
  measure->compare_all(
      pairs, [&] { ++n_asked; }, values);
  EXPECT_GT(n_asked, 3);
}

}  // namespace
}  // namespace cohort::test
