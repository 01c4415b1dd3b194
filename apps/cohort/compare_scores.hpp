#pragma once

#include <cohort/similarity/measure.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace cohort::app {

/// What is asked for around a distance; 0 for not.
struct ScoreRequest {
  int bootstrap = 0;  ///< resamples
  int null = 0;       ///< permutations of the conditions of the second
  bool leave_one_out = false;

  bool is_empty() const { return bootstrap == 0 && null == 0 && !leave_one_out; }
};

/// The scores of two under one measure, called `name`: by name the numbers, or {"reason": ...}. What is drawn depends
/// on `content` (of both), the measure and nothing else.
nlohmann::json scores(const ScoreRequest& request, const std::string& name, const Representation& a,
                      const Representation& b, std::uint64_t content);

/// A line each, as they stand under a measure.
std::string scores_text(const nlohmann::json& scores);

}  // namespace cohort::app
