#include <cohort/tasks/arm_kinematics.hpp>

#include <cohort/recordings/array_archive.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <numbers>

namespace cohort {
namespace {

constexpr double kSampleMs = 10;

double sample_time_ms(Index sample) {
  return kSampleMs * static_cast<double>(sample - ArmKinematics::samples_before_onset);
}

/// Shoulder and elbow angle [rad] that put the hand of a planar arm at (x, y) [m], elbow to the right.
Eigen::Vector2d inverse_kinematics(double x, double y) {
  constexpr double upper_arm = 0.15, forearm = 0.20;  // macaque, m
  const double cos_elbow = (x * x + y * y - upper_arm * upper_arm - forearm * forearm) / (2 * upper_arm * forearm);
  const double elbow = std::acos(cos_elbow);
  return {std::atan2(y, x) - std::atan2(forearm * std::sin(elbow), upper_arm + forearm * std::cos(elbow)), elbow};
}

MatrixXd scaled_to_one(const MatrixXd& angles) { return angles / angles.cwiseAbs().maxCoeff(); }

NpyArray angle_table(const ArrayArchive& archive, const std::string& name, std::size_t n_times) {
  NpyArray table = archive.read_finite(name);
  if (table.shape != std::vector<std::size_t>{ArmKinematics::n_reaches, n_times})
    throw UserError(fmt::format("{} has shape [{}]", archive.path_of(name), fmt::join(table.shape, ", ")),
                    fmt::format("8 reaches x {} times are needed", n_times));
  return table;
}

}  // namespace

ArmKinematics minimum_jerk_reaches() {
  constexpr double start_x = 0.0, start_y = 0.22, distance = 0.08, duration_ms = 400;
  ArmKinematics reaches{MatrixXd(ArmKinematics::n_samples, ArmKinematics::n_reaches),
                        MatrixXd(ArmKinematics::n_samples, ArmKinematics::n_reaches), ""};
  const Eigen::Vector2d start = inverse_kinematics(start_x, start_y);
  for (Index reach = 0; reach < ArmKinematics::n_reaches; ++reach) {
    const double direction = static_cast<double>(reach) * std::numbers::pi / 4;
    for (Index sample = 0; sample < ArmKinematics::n_samples; ++sample) {
      const double s = std::clamp(sample_time_ms(sample) / duration_ms, 0.0, 1.0);
      const double path = distance * s * s * s * (10 - 15 * s + 6 * s * s);
      const Eigen::Vector2d angles =
          inverse_kinematics(start_x + path * std::cos(direction), start_y + path * std::sin(direction));
      reaches.shoulder(sample, reach) = angles[0] - start[0];
      reaches.elbow(sample, reach) = angles[1] - start[1];
    }
  }
  reaches.shoulder = scaled_to_one(reaches.shoulder);
  reaches.elbow = scaled_to_one(reaches.elbow);
  return reaches;
}

ArmKinematics recorded_reaches(const std::string& path) {
  const auto archive = open_array_archive(path);
  const NpyArray times = archive->read("time_ms");
  const NpyArray shoulder = angle_table(*archive, "shoulder_angle", times.size());
  const NpyArray elbow = angle_table(*archive, "elbow_angle", times.size());
  ArmKinematics reaches{MatrixXd(ArmKinematics::n_samples, ArmKinematics::n_reaches),
                        MatrixXd(ArmKinematics::n_samples, ArmKinematics::n_reaches), ""};
  for (Index sample = 0; sample < ArmKinematics::n_samples; ++sample) {
    const double wanted = sample_time_ms(sample);
    std::size_t time = 0;
    while (time < times.size() && !(std::abs(times.values[time] - wanted) <= 1e-6)) ++time;  // a NaN is no match
    if (time == times.size())
      throw UserError(fmt::format("{} has no sample at {} ms", archive->path_of("time_ms"), wanted),
                      "-100, -90, ... 400 ms after movement onset are needed");
    for (Index reach = 0; reach < ArmKinematics::n_reaches; ++reach) {
      const std::size_t at = static_cast<std::size_t>(reach) * times.size() + time;
      reaches.shoulder(sample, reach) = shoulder.values[at];
      reaches.elbow(sample, reach) = elbow.values[at];
    }
  }
  const auto digest = [](const MatrixXd& values, std::uint64_t seed) {
    return hash64(std::as_bytes(std::span(values.data(), static_cast<std::size_t>(values.size()))), seed);
  };
  reaches.fingerprint = fmt::format("{:016x}", digest(reaches.elbow, digest(reaches.shoulder, 0)));
  return reaches;
}

}  // namespace cohort
