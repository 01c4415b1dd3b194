#include <cohort/core/errors.hpp>
#include <cohort/similarity/baseline.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/noise_ceiling.hpp>
#include <cohort/similarity/participation_ratio.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "support/shared_data.hpp"

namespace cohort {
namespace {

Representation random_recording(Index n_samples, Index n_units, Index n_conditions) {
  RandomStream stream("test", "recording", 1);
  return Representation(MatrixXd::NullaryExpr(n_samples, n_units, [&] { return stream.normal(); }), n_conditions);
}

TEST(Baseline, keeps_the_time_course_and_loses_the_condition) {
  const Representation recording(MatrixXd{{1, 0}, {2, 5}, {3, 2}, {6, 7}}, 2);
  EXPECT_EQ(cross_condition_mean(recording).values(), (MatrixXd{{2, 1}, {4, 6}, {2, 1}, {4, 6}}));
  EXPECT_EQ(cross_condition_mean(recording).n_conditions(), 2);
  EXPECT_THROW(cross_condition_mean(Representation(recording.values())), UserError);
}

TEST(ParticipationRatio, counts_dimensions) {
  // Centred, orthogonal units with variances 1 and 1, then 4 and 1: 2 and 25/17.
  const MatrixXd square{{1, 1}, {1, -1}, {-1, 1}, {-1, -1}};
  EXPECT_DOUBLE_EQ(participation_ratio(Representation(square)), 2);
  MatrixXd stretched = square;
  stretched.col(0) *= 2;
  EXPECT_DOUBLE_EQ(participation_ratio(Representation(stretched)), 25.0 / 17);
  EXPECT_NEAR(participation_ratio(Representation(square.col(0).replicate(1, 9))), 1, 1e-14);
  // More units than samples takes the other Gram matrix.
  const MatrixXd tall = random_recording(10, 6, 0).values();
  MatrixXd wide = MatrixXd::Zero(10, 20);
  wide.leftCols(6) = tall;
  EXPECT_NEAR(participation_ratio(Representation(wide)), participation_ratio(Representation(tall)), 1e-12);
}

TEST(NoiseCeiling, depends_on_the_stream_alone) {
  const auto measure = measures().make("procrustes");
  const Representation recording = random_recording(40, 11, 0);
  const RandomStream stream("ceiling", "recording", 1);
  const NoiseCeiling first = split_half_ceiling(*measure, recording, 10, stream);
  const NoiseCeiling again = split_half_ceiling(*measure, recording, 10, stream);
  const NoiseCeiling other = split_half_ceiling(*measure, recording, 10, RandomStream("ceiling", "recording", 2));
  EXPECT_EQ(first.mean, again.mean);
  EXPECT_EQ(first.standard_deviation, again.standard_deviation);
  EXPECT_NE(first.mean, other.mean);
  EXPECT_GT(first.standard_deviation, 0);
}

TEST(NoiseCeiling, compares_halves_of_units_that_do_not_overlap) {
  // Two units: the halves are the units themselves in one order or the other.
  const Representation recording(MatrixXd{{1, 1}, {-1, 0}, {0, -1}});
  const NoiseCeiling ceiling =
      split_half_ceiling(*measures().make("procrustes"), recording, 5, RandomStream("ceiling", "two", 1));
  EXPECT_NEAR(ceiling.mean, std::acos(0.5), 1e-14);
  EXPECT_EQ(ceiling.standard_deviation, 0);
  EXPECT_THROW(split_half_ceiling(*measures().make("procrustes"), Representation(MatrixXd{{1}, {2}}), 5,
                                  RandomStream("ceiling", "one", 1)),
               UserError);
}

// The numbers of the reaching recording, recomputed outside Cohort from the published firing rates.
class Hatsopoulos2007 : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = test::shared_file("data/hatsopoulos2007/firing_rate.npy");
    COHORT_SKIP_WITHOUT(path);
    recording_ = std::make_unique<Representation>(representation_of(read_recording(path.string())));
  }

  std::unique_ptr<Representation> recording_;
  std::unique_ptr<Measure> procrustes_ = measures().make("procrustes");
};

TEST_F(Hatsopoulos2007, has_its_shape) {
  EXPECT_EQ(recording_->n_samples(), 968);
  EXPECT_EQ(recording_->n_units(), 141);
  EXPECT_EQ(recording_->n_conditions(), 8);
}

TEST_F(Hatsopoulos2007, baseline_is_the_reference) {
  const double angle = distance(*procrustes_, *recording_, cross_condition_mean(*recording_));
  EXPECT_NEAR(angle, 0.759998275356148, 1e-12);  // NumPy: numpy.linalg.svd in double on the stored float32 rates
  // The published number; its rates were rounded elsewhere, which moves the tenth digit.
  EXPECT_NEAR(angle, 0.7599982757580902, 1e-9);
  EXPECT_NEAR(procrustes_->normalized(angle), 0.4838299293128697, 1e-9);
}

TEST_F(Hatsopoulos2007, split_half_is_the_reference) {
  const NoiseCeiling ceiling =
      split_half_ceiling(*procrustes_, *recording_, 100, RandomStream("ceiling", "hatsopoulos2007", 1));
  EXPECT_NEAR(procrustes_->normalized(ceiling.mean), 0.403, 4 * 0.024 / std::sqrt(100));
  EXPECT_NEAR(procrustes_->normalized(ceiling.standard_deviation), 0.024, 0.008);
}

TEST_F(Hatsopoulos2007, participation_ratio_is_the_reference) {
  EXPECT_NEAR(participation_ratio(*recording_), 3.295, 5e-4);
}

}  // namespace
}  // namespace cohort
