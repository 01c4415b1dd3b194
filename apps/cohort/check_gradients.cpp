#include "commands.hpp"

#include <cohort/study/gradient_check.hpp>
#include <cohort/study/run_executor.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

namespace cohort::app {
namespace {

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
  fmt::print("{:<{}}  {:<{}}  {:<11}  {:>11}  {:>7}  {:>7}  {:>10}\n", "rule", rule_width, "architecture", cell_width,
             "claims", "differences", "cosine", "of mean", "norm ratio");
  bool all_agree = true;
  for (const GradientCheck& check : checks) {
    const char* claim = check.is_exact ? "exact" : check.has_gradient ? "approximate" : "own step";
    const std::string difference =
        std::isnan(check.difference_error) ? "-" : fmt::format("{:.1e}", check.difference_error);
    const std::string mean = check.is_random ? fmt::format("{:.4f}", check.mean_cosine) : "-";
    fmt::print("{:<{}}  {:<{}}  {:<11}  {:>11}  {:>7.4f}  {:>7}  {:>10.4f}{}\n", check.rule, rule_width,
               check.architecture, cell_width, claim, difference, check.cosine, mean, check.norm_ratio,
               check.agrees ? "" : "  DISAGREES");
    all_agree = all_agree && check.agrees;
  }
  fmt::print(R"(
differences  relative error of gradient · direction against central differences (step 1e-6, double precision) along random
             directions in every block of parameters; '-' where there is no derivative (spikes, or steps of a rule's own).
             An exact rule stays below {:g}; on spiking cells it stays that close to bptt with the same surrogate.
cosine       with the gradient of bptt (backprop for layers) over all parameters but the readout: what an approximation keeps
             of the direction
of mean      the same for the mean of 20 draws, for rules that draw: near 1 when the rule is right on average
norm ratio   |gradient| / |exact gradient|
On the first training trials (at most 8), without regularizers, at the initial parameters moved by N(0, 0.01²) so that none
sits on a kink.
)",
             gradient_tolerance);
  return all_agree ? kAllDone : kSomeFailed;
}

}  // namespace

Command add_check_gradients(CLI::App& program) {
  const auto study = std::make_shared<std::string>();
  CLI::App* words = add_words(program, {"check-gradients",
                                        "each rule of a study against finite differences and bptt",
                                        {"cohort check-gradients study.toml"},
                                        {{kAllDone, "every rule keeps what it claims"},
                                         {kSomeFailed, "some rule does not; its line says DISAGREES"}}});
  words->add_option("STUDY", *study, "study file (TOML)")->required();
  return {words, [study] { return check_gradients(*study); }};
}

}  // namespace cohort::app
