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

/// A recording of 4 conditions x 30 times and `n_units` units, each condition with a mean course of its own.
MatrixXd tuned_values(Index n_units) {
  RandomStream stream("test", "tuned", 1);
  return MatrixXd::NullaryExpr(120, n_units, [&] { return stream.normal(); });
}

MatrixXd without_condition_mean(MatrixXd values) {
  MatrixXd mean = MatrixXd::Zero(30, values.cols());
  for (Index c = 0; c < 4; ++c) mean += values.middleRows(c * 30, 30) / 4;
  for (Index c = 0; c < 4; ++c) values.middleRows(c * 30, 30) -= mean;
  return values;
}

TEST(Baseline, is_undefined_where_condition_means_cancel_exactly_or_up_to_rounding) {
  const MatrixXd values = tuned_values(5), cancelled = without_condition_mean(values);
  EXPECT_EQ(mean_comparability(Representation(values, 4)), Comparability::comparable);
  EXPECT_EQ(mean_comparability(Representation(values)), Comparability::conditions_unknown);
  EXPECT_EQ(mean_comparability(Representation(values, 1)), Comparability::single_condition);
  for (const double scale : {1e-200, 1.0, 1e200})
    EXPECT_EQ(mean_comparability(Representation(scale * cancelled, 4)), Comparability::constant_mean) << scale;
  MatrixXd exactly(4, 1);
  exactly << 1, 2, -1, -2;
  EXPECT_EQ(mean_comparability(Representation(exactly, 2)), Comparability::constant_mean);
  // Centred in single precision, however it was stored.
  const MatrixXd single = cancelled.cast<float>().cast<double>();
  EXPECT_EQ(mean_comparability(Representation(single, 4)), Comparability::constant_mean);
  EXPECT_THROW(cross_condition_mean(Representation(single, 4)), UserError);
  // The threshold: a mean course of a hundred-thousandth of what varies is one.
  EXPECT_EQ(mean_comparability(Representation(cancelled + 1e-5 * values, 4)), Comparability::comparable);
  // In half precision it is not.
  EXPECT_EQ(mean_comparability(Representation(cancelled + 1e-3 * values, 4, "half", 0x1p-10)),
            Comparability::constant_mean);
}

TEST(NoiseCeiling, is_undefined_where_a_half_of_the_units_is_silent_beside_the_whole) {
  const auto measure = measures().make("procrustes");
  const RandomStream stream("ceiling", "silent", 1);
  const auto verdict = [&](const MatrixXd& values) {
    return ceiling_comparability(*measure, Representation(values, 4), 20, stream);
  };
  MatrixXd values = tuned_values(6);
  EXPECT_EQ(verdict(values), Comparability::comparable);
  EXPECT_EQ(verdict(values.leftCols(1)), Comparability::single_unit);
  MatrixXd one_speaks = values;
  one_speaks.rightCols(5).setZero();
  EXPECT_EQ(verdict(one_speaks), Comparability::constant_half);
  one_speaks.rightCols(5) = 1e-8 * values.rightCols(5);  // rounding noise of single precision
  EXPECT_EQ(verdict(one_speaks), Comparability::constant_half);
  EXPECT_EQ(verdict(1e200 * one_speaks), Comparability::constant_half);
  one_speaks.rightCols(5) = 1e-4 * values.rightCols(5);
  EXPECT_EQ(verdict(one_speaks), Comparability::comparable);
  one_speaks.rightCols(5).setConstant(5);  // constant, not silent
  EXPECT_EQ(verdict(one_speaks), Comparability::constant_half);
  EXPECT_THROW(split_half_ceiling(*measure, Representation(one_speaks, 4), 20, stream), UserError);
}

TEST(NoiseCeiling, and_baseline_are_the_same_at_every_scale) {
  const RandomStream stream("ceiling", "scale", 1);
  const MatrixXd values = tuned_values(6);
  for (const char* name : {"procrustes", "procrustes/distance=chordal", "procrustes/distance=euclidean"}) {
    const auto measure = measures().make(name);
    const bool has_unit = std::string(name).ends_with("euclidean");
    const auto ceiling = split_half_ceiling(*measure, Representation(values, 4), 5, stream);
    const double baseline =
        distance(*measure, Representation(values, 4), cross_condition_mean(Representation(values, 4)));
    for (const double scale : {0x1p-900, 0x1p-600, 0x1p600, 0x1p900}) {  // exact: every digit must be the same
      const Representation other(scale * values, 4);
      const double unit = has_unit ? scale : 1;
      EXPECT_EQ(split_half_ceiling(*measure, other, 5, stream).mean, unit * ceiling.mean) << name << scale;
      EXPECT_EQ(distance(*measure, other, cross_condition_mean(other)), unit * baseline) << name << scale;
    }
    EXPECT_GT(baseline, 0);
  }
  EXPECT_NEAR(participation_ratio(Representation(1e200 * values)), participation_ratio(Representation(values)), 1e-9);
}

/// Distances scaled in a way that is not linear: the square root of a right angle's part.
class RootOfAngle final : public Measure {
 public:
  const MeasureTraits& traits() const override { return angle_->traits(); }
  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override {
    return angle_->prepare(representation);
  }
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override {
    return angle_->compare(a, b, context);
  }
  double normalized(double value) const override { return std::sqrt(angle_->normalized(value)); }
  double comparison_flops(Index, Index, Index) const override { return 1; }
  std::size_t prepared_bytes(Index, Index) const override { return 1; }

 private:
  std::unique_ptr<Measure> angle_ = measures().make("procrustes");
};

TEST(NoiseCeiling, deviates_on_the_normalized_scale_as_normalized_distances_do) {
  const RootOfAngle measure;
  const Representation recording = random_recording(12, 7, 0);
  // Two resamples give two distances, which the mean and the deviation determine.
  const NoiseCeiling ceiling = split_half_ceiling(measure, recording, 2, RandomStream("ceiling", "root", 1));
  const double half = ceiling.standard_deviation / std::sqrt(2.0);
  ASSERT_GT(half, 0.001);
  const double low = measure.normalized(ceiling.mean - half), high = measure.normalized(ceiling.mean + half);
  EXPECT_NEAR(ceiling.normalized_mean, (low + high) / 2, 1e-14);
  EXPECT_NEAR(ceiling.normalized_standard_deviation, (high - low) / std::sqrt(2.0), 1e-14);
  EXPECT_GT(std::abs(ceiling.normalized_standard_deviation - measure.normalized(ceiling.standard_deviation)), 0.01);
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
