#pragma once

#include <cohort/core/matrix.hpp>

#include <string>

namespace cohort {

/// Joint angles of eight center-out reaches, sampled every 10 ms from 100 ms before to 400 ms after movement onset.
struct ArmKinematics {
  static constexpr Index n_reaches = 8;
  static constexpr Index n_samples = 51;
  static constexpr Index samples_before_onset = 10;

  MatrixXd shoulder;        ///< [n_samples x n_reaches], relative to the start, largest excursion 1
  MatrixXd elbow;           ///< the same
  std::string fingerprint;  ///< hash of the recording, empty for the built-in arm
};

/// Reaches of a planar two-joint arm along straight minimum-jerk paths (Flash & Hogan 1985,
/// doi:10.1523/JNEUROSCI.05-07-01688.1985): 8 cm in 400 ms to targets at 0, 45, ... 315 degrees.
ArmKinematics minimum_jerk_reaches();

/// Recorded reaches from a folder of NumPy files, an HDF5 file or a group in one: the arrays shoulder_angle and
/// elbow_angle [8 reaches x n_times] and time_ms [n_times], which must contain -100, -90, ... 400. Throws UserError
/// naming the array and what is wrong.
ArmKinematics recorded_reaches(const std::string& path);

}  // namespace cohort
