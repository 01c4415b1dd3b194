#include <cohort/recordings/npy_array.hpp>
#include <cohort/tasks/arm_kinematics.hpp>

#include <support/errors.hpp>
#include <support/shared_data.hpp>
#include <support/temporary_directory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr Index kOnset = ArmKinematics::samples_before_onset, kEnd = kOnset + 40;  // 400 ms
constexpr double kUpperArm = 0.15, kForearm = 0.20, kStartY = 0.22, kDistance = 0.08;

double elbow_at(double x, double y) {
  return std::acos((x * x + y * y - kUpperArm * kUpperArm - kForearm * kForearm) / (2 * kUpperArm * kForearm));
}

double shoulder_at(double x, double y) {
  const double elbow = elbow_at(x, y);
  return std::atan2(y, x) - std::atan2(kForearm * std::sin(elbow), kUpperArm + kForearm * std::cos(elbow));
}

/// Where the hand is at every sample of a reach, [2 x n_samples], by forward kinematics. One end point of one reach
/// gives the scale of each joint; all other samples are then a prediction.
MatrixXd hand_path(const ArmKinematics& reaches, Index reach) {
  const double start_shoulder = shoulder_at(0, kStartY), start_elbow = elbow_at(0, kStartY);
  const double shoulder_scale = (shoulder_at(kDistance, kStartY) - start_shoulder) / reaches.shoulder(kEnd, 0);
  const double elbow_scale = (elbow_at(0, kStartY + kDistance) - start_elbow) / reaches.elbow(kEnd, 2);
  MatrixXd path(2, ArmKinematics::n_samples);
  for (Index sample = 0; sample < ArmKinematics::n_samples; ++sample) {
    const double shoulder = start_shoulder + shoulder_scale * reaches.shoulder(sample, reach);
    const double elbow = start_elbow + elbow_scale * reaches.elbow(sample, reach);
    path(0, sample) = kUpperArm * std::cos(shoulder) + kForearm * std::cos(shoulder + elbow);
    path(1, sample) = kUpperArm * std::sin(shoulder) + kForearm * std::sin(shoulder + elbow);
  }
  return path;
}

TEST(MinimumJerkReaches, start_at_rest_and_never_exceed_one) {
  const ArmKinematics reaches = minimum_jerk_reaches();
  for (const MatrixXd& angle : {reaches.shoulder, reaches.elbow}) {
    ASSERT_EQ(angle.rows(), 51);
    ASSERT_EQ(angle.cols(), 8);
    EXPECT_TRUE(angle.topRows(kOnset + 1).isZero(0));
    EXPECT_EQ(angle.cwiseAbs().maxCoeff(), 1);
    EXPECT_GT(angle.row(kEnd).cwiseAbs().minCoeff(), 0.02);  // every joint takes part in every reach
  }
  EXPECT_EQ(reaches.fingerprint, "");
}

TEST(MinimumJerkReaches, the_hand_goes_straight_to_eight_targets) {
  const ArmKinematics reaches = minimum_jerk_reaches();
  for (Index reach = 0; reach < ArmKinematics::n_reaches; ++reach) {
    const double direction = static_cast<double>(reach) * std::numbers::pi / 4;
    const Eigen::Vector2d target(std::cos(direction), std::sin(direction));
    const MatrixXd from_start = hand_path(reaches, reach).colwise() - Eigen::Vector2d(0, kStartY);
    const VectorXd along = from_start.transpose() * target;
    EXPECT_LE((from_start - target * along.transpose()).cwiseAbs().maxCoeff(), 1e-12) << reach;
    EXPECT_NEAR(along[kEnd], kDistance, 1e-12) << reach;
    for (Index sample = 0; sample + 1 < ArmKinematics::n_samples; ++sample)
      EXPECT_GE(along[sample + 1] - along[sample], -1e-12) << reach << " " << sample;
  }
}

TEST(MinimumJerkReaches, the_speed_of_the_hand_is_a_symmetric_bell) {
  const ArmKinematics reaches = minimum_jerk_reaches();
  for (Index reach = 0; reach < ArmKinematics::n_reaches; ++reach) {
    const MatrixXd path = hand_path(reaches, reach);
    VectorXd speed(40);  // m per sample, between two samples
    for (Index i = 0; i < 40; ++i) speed[i] = (path.col(kOnset + i + 1) - path.col(kOnset + i)).norm();
    EXPECT_LE((speed - speed.reverse()).cwiseAbs().maxCoeff(), 1e-12) << reach;
    for (Index i = 0; i < 19; ++i) EXPECT_LT(speed[i], speed[i + 1]) << reach << " " << i;
    // Peak speed of a minimum-jerk movement: 15/8 of the mean (Flash & Hogan 1985).
    EXPECT_NEAR(speed.maxCoeff() / speed.mean(), 15.0 / 8, 0.01) << reach;
  }
}

/// A folder of kinematics that are easy to recognize: angle(reach, time).
class RecordedReaches : public testing::Test {
 protected:
  void SetUp() override {
    for (int ms = -200; ms <= 500; ms += 10) time_.values.push_back(ms);
    time_.shape = {time_.values.size()};
    shoulder_.shape = elbow_.shape = {8, time_.size()};
    for (std::size_t reach = 0; reach < 8; ++reach) {
      for (const double ms : time_.values) {
        shoulder_.values.push_back(static_cast<double>(reach) + ms / 1000);
        elbow_.values.push_back(-static_cast<double>(reach) - ms / 1000);
      }
    }
  }

  ArmKinematics read() const {
    write_npy(directory_.path("time_ms.npy"), time_);
    write_npy(directory_.path("shoulder_angle.npy"), shoulder_);
    write_npy(directory_.path("elbow_angle.npy"), elbow_);
    return recorded_reaches(directory_.path());
  }

  std::string message() const {
    return user_error([&] { read(); });
  }

  TemporaryDirectory directory_;
  NpyArray time_, shoulder_, elbow_;
};

TEST_F(RecordedReaches, are_taken_from_100_ms_before_to_400_ms_after_onset) {
  const ArmKinematics reaches = read();
  for (Index reach = 0; reach < 8; ++reach) {
    for (Index sample = 0; sample < 51; ++sample) {
      const double ms = static_cast<double>(10 * sample - 100);
      EXPECT_EQ(reaches.shoulder(sample, reach), static_cast<double>(reach) + ms / 1000);
      EXPECT_EQ(reaches.elbow(sample, reach), -static_cast<double>(reach) - ms / 1000);
    }
  }
}

TEST_F(RecordedReaches, fingerprint_tells_what_was_used_and_not_where_it_lay) {
  const std::string fingerprint = read().fingerprint;
  EXPECT_EQ(fingerprint.size(), 16U);
  TemporaryDirectory elsewhere;
  std::filesystem::copy(directory_.path(), elsewhere.path(), std::filesystem::copy_options::recursive);
  EXPECT_EQ(recorded_reaches(elsewhere.path()).fingerprint, fingerprint);
  shoulder_.values[0] += 1;  // -200 ms: not used
  EXPECT_EQ(read().fingerprint, fingerprint);
  elbow_.values[time_.size() + 20] += 1e-9;  // 0 ms of the second reach
  EXPECT_NE(read().fingerprint, fingerprint);
}

TEST_F(RecordedReaches, fingerprint_tells_the_joints_apart) {
  const std::string fingerprint = read().fingerprint;
  std::swap(shoulder_, elbow_);
  EXPECT_NE(read().fingerprint, fingerprint);
}

TEST_F(RecordedReaches, missing_folders_and_files_are_named) {
  const std::string missing = directory_.path("nowhere");
  EXPECT_THAT(user_error([&] { recorded_reaches(missing); }),
              AllOf(HasSubstr(missing + ": there is no such folder or file"), Not(HasSubstr("\n"))));
  read();
  std::filesystem::remove(directory_.path("elbow_angle.npy"));
  EXPECT_THAT(user_error([&] { recorded_reaches(directory_.path()); }),
              AllOf(HasSubstr("elbow_angle.npy"), HasSubstr("No such file")));
}

TEST_F(RecordedReaches, wrong_shapes_are_refused) {
  shoulder_.shape = {time_.size(), 8};
  EXPECT_THAT(message(), AllOf(HasSubstr("shoulder_angle.npy has shape [71, 8]"),
                               HasSubstr("8 reaches x 71 times are needed"), Not(HasSubstr("\n"))));
}

TEST_F(RecordedReaches, values_that_are_no_numbers_are_refused) {
  elbow_.values[5] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(message(), AllOf(HasSubstr("elbow_angle.npy holds a NaN"), Not(HasSubstr("\n"))));
}

TEST_F(RecordedReaches, missing_times_are_named) {
  const auto at = std::find(time_.values.begin(), time_.values.end(), 250);
  *at = 251;
  EXPECT_THAT(message(), AllOf(HasSubstr("time_ms.npy has no sample at 250 ms"), Not(HasSubstr("\n"))));
  *at = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(message(), HasSubstr("time_ms.npy has no sample at 250 ms"));
}

TEST(RecordedReachesHatsopoulos2007, are_read_as_they_are) {
  const auto folder = shared_file("data/hatsopoulos2007");
  COHORT_SKIP_WITHOUT(folder);
  const ArmKinematics reaches = recorded_reaches(folder.string());
  const NpyArray time = read_npy((folder / "time_ms.npy").string());
  for (const auto& [name, angle] :
       {std::pair{"shoulder_angle.npy", &reaches.shoulder}, std::pair{"elbow_angle.npy", &reaches.elbow}}) {
    const NpyArray table = read_npy((folder / name).string());
    const auto first =
        static_cast<std::size_t>(std::find(time.values.begin(), time.values.end(), -100) - time.values.begin());
    for (std::size_t reach = 0; reach < 8; ++reach)
      for (std::size_t sample = 0; sample < 51; ++sample)
        ASSERT_EQ((*angle)(static_cast<Index>(sample), static_cast<Index>(reach)),
                  table.values[reach * time.size() + first + sample]);
    EXPECT_GT(angle->cwiseAbs().maxCoeff(), 0.1);
  }
}

}  // namespace
}  // namespace cohort::test
