#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/tasks/task.hpp>

#include <memory>

namespace cohort {

class TeacherNetwork;

/// Do what another network does: reproduce the outputs of a fixed random network from its inputs, after the mimic task
/// of Marschall, Cho & Savin 2020, JMLR 21(135). Theirs is one endless stream of binary inputs and a teacher as wide as
/// its outputs, with biases; here are trials, smooth inputs, and outputs of variance 1, so that an error of 1 is
/// chance.
///
/// The teacher has `units` rate units, h_t = (1 - 1/tau) h_{t-1} + tanh(W h_{t-1} + W_in x_t) / tau, h_0 = 0, with W ~
/// gain · N(0, 1/units), W_in ~ N(0, 1/inputs); its outputs are W_out h_t, W_out ~ N(0, 1/units), each scaled to
/// variance 1. Inputs are independent noise, filtered with time constant `tau` and scaled to variance 1. `steps` steps;
/// mean squared error, all steps.
///
/// `teacher` says which network; it depends on this number and the sizes alone, never on the run. Conditions are
/// `sequences` evaluation trials, the same for all networks; training trials are all of condition 0. Context for
/// dynamics: no input.
class Mimic final : public Task {
 public:
  static Description description();
  explicit Mimic(const Parameters& parameters);

  const TaskInfo& info() const override { return info_; }
  void training_trial(std::uint64_t index, RandomStream& stream, Trial& trial) const override;
  void evaluation_trial(int condition, RandomStream& stream, Trial& trial) const override;

 private:
  void draw_inputs(RandomStream& stream, MatrixXd& inputs) const;
  VectorXd output_scales() const;

  double leak_;
  std::shared_ptr<const TeacherNetwork> teacher_;
  VectorXd scale_;  ///< of each output
  TaskInfo info_;
};

}  // namespace cohort
