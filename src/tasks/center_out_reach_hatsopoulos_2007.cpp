#include <cohort/tasks/center_out_reach_hatsopoulos_2007.hpp>

#include "smooth_cue.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace cohort {
namespace {

constexpr Index kPlateauSteps = 7, kCueSteps = 2 * kCueRiseSteps + kPlateauSteps;
constexpr Index kInterval1 = 50, kInterval2 = 150;  // training: uniform below these
constexpr Index kEvaluationInterval1 = 25, kEvaluationInterval2 = 105, kEvaluationSteps = 250;
constexpr Index kSamplesBefore = 80, kSamplesAfter = 40;  // of the recording, around movement onset

}  // namespace

Description CenterOutReachHatsopoulos2007::description() {
  Description d;
  d.name = "center_out_reach_hatsopoulos_2007";
  d.summary = "delayed reach to one of eight targets; outputs shoulder and elbow angle; 300 steps of 10 ms";
  d.equation = "zero until the hold cue ends, then the joint angles of the reach; masked mean squared error";
  d.reference = "Hatsopoulos, Xu & Amit 2007, doi:10.1523/JNEUROSCI.2020-07.2007; trials of Liu, Yang & Cueva 2025";
  d.parameters = {
      ParameterInfo::path("kinematics",
                          "folder of .npy files or HDF5 file: shoulder_angle, elbow_angle [8 x times], time_ms; "
                          "without it a two-joint arm makes minimum-jerk reaches"),
      ParameterInfo::integer("steps", 300, 230, 10000, "steps", "length of a training trial"),
      ParameterInfo::integer("offset", -10, -50, 40, "steps", "start of the output after the end of the hold cue"),
      ParameterInfo::integer("onset", 185, 80, 209, "step", "evaluation step laid on the recording's movement onset")};
  return d;
}

CenterOutReachHatsopoulos2007::CenterOutReachHatsopoulos2007(const Parameters& parameters)
    : offset_(parameters.integer("offset")),
      arm_(parameters.text("kinematics").empty() ? minimum_jerk_reaches()
                                                 : recorded_reaches(parameters.text("kinematics"))) {
  info_.n_inputs = 3;
  info_.n_outputs = 2;
  info_.input_names = {"target sin", "target cos", "hold"};
  info_.output_names = {"shoulder angle", "elbow angle"};
  info_.n_steps = parameters.integer("steps");
  info_.dt_ms = 10;
  info_.loss = LossKind::mean_squared_error;
  for (int reach = 0; reach < ArmKinematics::n_reaches; ++reach)
    info_.conditions.push_back(fmt::format("reach={}deg", 45 * reach));
  info_.n_evaluation_steps = kEvaluationSteps;
  info_.first_sample_step = parameters.integer("onset") - kSamplesBefore;
  info_.n_sample_steps = kSamplesBefore + 1 + kSamplesAfter;
  info_.contexts = {{"hold", Eigen::Vector3d(0, 0, 1)}, {"move", Eigen::Vector3d::Zero()}};
  info_.fingerprint = arm_.fingerprint;
}

void CenterOutReachHatsopoulos2007::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const auto reach = static_cast<int>(stream.integer(ArmKinematics::n_reaches));
  const auto interval1 = static_cast<Index>(stream.integer(kInterval1));
  const auto interval2 = static_cast<Index>(stream.integer(kInterval2));
  make_trial(reach, interval1, interval2, info_.n_steps, trial);
}

void CenterOutReachHatsopoulos2007::evaluation_trial(int condition, RandomStream&, Trial& trial) const {
  make_trial(condition, kEvaluationInterval1, kEvaluationInterval2, kEvaluationSteps, trial);
}

void CenterOutReachHatsopoulos2007::make_trial(int reach, Index interval1, Index interval2, Index n_steps,
                                               Trial& trial) const {
  trial.reset(info_, n_steps);
  trial.condition = reach;
  const double direction = reach * std::numbers::pi / 4;
  const Index hold_end = interval1 + kCueSteps + interval2;  // first step without the hold cue
  for (Index step = 0; step < kCueSteps; ++step) {
    trial.inputs(0, interval1 + step) = std::sin(direction) * smooth_cue(step, kPlateauSteps);
    trial.inputs(1, interval1 + step) = std::cos(direction) * smooth_cue(step, kPlateauSteps);
  }
  trial.inputs.row(2).head(hold_end).setOnes();
  for (Index step = 1; step <= kCueRiseSteps; ++step) trial.inputs(2, hold_end - step) = kCueRise[step - 1];
  const Index start = std::clamp<Index>(hold_end + offset_, 0, n_steps);
  const Index n_output = std::min(ArmKinematics::n_samples, n_steps - start);
  trial.targets.row(0).segment(start, n_output) = arm_.shoulder.col(reach).head(n_output).transpose();
  trial.targets.row(1).segment(start, n_output) = arm_.elbow.col(reach).head(n_output).transpose();
  trial.mask.rightCols(n_steps - start - n_output).setZero();
}

}  // namespace cohort
