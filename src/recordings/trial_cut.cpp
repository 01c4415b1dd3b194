#include <cohort/recordings/trial_cut.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace cohort {

std::string TrialCut::text() const {
  std::vector<std::string> texts;
  if (!condition.empty()) texts.push_back("condition by " + condition);
  if (!align.empty()) texts.push_back("0 is " + align);
  if (window) texts.push_back(fmt::format("window [{}, {}] ms", window->from_ms, window->to_ms));
  if (step_ms > 0) texts.push_back(fmt::format("steps of {} ms", step_ms));
  if (bin_ms > 0) texts.push_back(fmt::format("bins of {} ms", bin_ms));
  return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace cohort
