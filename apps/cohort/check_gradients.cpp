#include "commands.hpp"

#include <cohort/study/gradient_check.hpp>
#include <cohort/study/run_executor.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort::app {

int check_gradients(const std::string& path) {
  const Study study = read_study(path);
  const Design design = expand(study);
  check_runs(study, design);
  const auto checks = cohort::check_gradients(study, design);
  std::size_t rule_width = 4, cell_width = 12;
  for (const GradientCheck& check : checks) {
    rule_width = std::max(rule_width, check.rule.size());
    cell_width = std::max(cell_width, check.architecture.size());
  }
  fmt::print("{:<{}}  {:<{}}  {:<11}  {:>18}  {:>16}  {:>10}  \n", "rule", rule_width, "architecture", cell_width, "claims",
             "finite differences", "cosine with bptt", "norm ratio");
  bool all_agree = true;
  for (const GradientCheck& check : checks) {
    const char* claim = check.is_exact ? "exact" : check.has_gradient ? "approximate" : "own step";
    const std::string difference = std::isnan(check.difference_error) ? "-" : fmt::format("{:.1e}", check.difference_error);
    fmt::print("{:<{}}  {:<{}}  {:<11}  {:>18}  {:>16.4f}  {:>10.4f}  {}\n", check.rule, rule_width, check.architecture,
               cell_width, claim, difference, check.cosine, check.norm_ratio, check.agrees ? "" : "DISAGREES");
    all_agree = all_agree && check.agrees;
  }
  fmt::print("\nfinite differences: relative error of gradient · direction along random directions in every block of\n"
             "parameters (central, step 1e-6, double precision), on at most 8 training trials with initial parameters moved by\n"
             "N(0, 0.01²) away from kinks; '-' where there is no derivative (spikes, or a rule that makes steps of its own). An exact rule must stay below {:g}, on\n"
             "spiking cells below that from bptt with the same surrogate. Cosine and ratio: parameters of the cell.\n",
             gradient_tolerance);
  return all_agree ? kAllDone : kSomeFailed;
}

}  // namespace cohort::app
