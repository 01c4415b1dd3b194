#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

#include <vector>

namespace cohort {

struct YangPlan;

/// The 20 cognitive tasks of Yang, Joglekar, Song, Newsome & Wang 2019 (doi:10.1038/s41593-018-0310-2), as in the
/// released code: one of them, or all together.
///
/// Steps of 20 ms. 85 inputs: fixation, two rings (modalities) of 32 units, 20 rules (one-hot, all the trial). A
/// stimulus at direction θ drives a ring's unit of preferred direction ψ with strength · 0.8 exp(-½ (|θ - ψ| /
/// (π/8))²). Normal noise of standard deviation noise · √(200 ms / dt) is on every input. 33 outputs: fixation (target
/// 0.8 while it must be kept, 0.05 after) and a ring, 0.05 at rest and 0.05 + the tuning curve at the response
/// direction during the response.
///
/// Timing and modalities are drawn as published, here for every trial by itself (published: for every batch). Trials
/// differ in length; what follows a shorter one is silent and does not count. Training trials carry the first condition
/// of their task.
///
/// Masked mean squared error with weights 0 in the first 100 ms and in the first 100 ms of the response, 1 before the
/// response, 5 in it, twice that for the fixation output. The paper multiplies the squared error by them (mask=plain),
/// the released code the error before it is squared (mask=squared: 0, 1 and 25, four times that for fixation).
/// Published networks have a logistic readout; here it is linear.
///
/// Performance, at the last step: fixation output above 0.5 where fixation must be kept; else not above, and the
/// population vector of the ring within 0.2 π of the response direction.
///
/// Evaluation: the timing of the released test trials, 8 x `directions` for every task: directions x modality (go
/// tasks), x strengths 1 ± the larger coherences of each modality (decision tasks), x match or non-match and the two
/// modalities. Published accuracies are of random trials as in training. With task=all a training trial draws its task,
/// and evaluation shows all tasks, padded to the longest. Contexts for dynamics: fixation with each rule.
class Yang2019 final : public Task {
 public:
  static Description description();
  explicit Yang2019(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;
  bool has_performance() const override { return true; }
  double performance(const Trial& trial, const MatrixXd& outputs) const override;

 private:
  struct Condition {
    std::size_t rule;
    double location;  ///< [rad]
    int variation;
  };
  void add_conditions(std::size_t rule, int n_directions);
  void render(const YangPlan& plan, std::size_t rule, Index n_steps, RandomStream& stream, Trial& trial) const;

  double sigma_;
  bool has_squared_mask_;
  std::vector<std::size_t> rules_;
  std::vector<Condition> conditions_;
  TaskInfo info_;
};

}  // namespace cohort
