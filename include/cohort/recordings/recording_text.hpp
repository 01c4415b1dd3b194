#pragma once

#include <cohort/recordings/recording.hpp>

#include <string>

namespace cohort {

/// What is compared: "7 units x 40 times x 2 conditions", or "80 samples" where conditions are unknown.
std::string size_text(const Recording& recording);

/// Of how many trials it is the mean: ", the mean of 8 to 15 trials of each"; empty where they are not kept apart.
std::string trials_text(const Recording& recording);

}  // namespace cohort
