#pragma once

#include <support/recurrent.hpp>

#include <cohort/rules/learning_rules.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/trainer.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/network/recurrent_network.hpp>
#include <cohort/tasks/tasks.hpp>

#include <memory>
#include <string>

namespace cohort::test {

/// One training by the names that a user would write.
struct TrainingPlan {
  std::string task, cell, rule;
  std::string initialization = "gaussian/gain=1.5";
  std::string optimizer = "adam/rate=0.001";
  TrainingOptions options{};
  std::uint64_t seed = 1;
};

/// Everything that one training needs.
template <class Scalar>
class PlannedTraining {
 public:
  explicit PlannedTraining(const TrainingPlan& plan)
      : options_(plan.options),
        task_(tasks().make(plan.task)),
        network_(std::move(*test::recurrent<Scalar>(plan.cell, task_->info().n_inputs, task_->info().n_outputs))),
        rule_(learning_rules<Scalar>().make(plan.rule)),
        optimizer_(optimizers<Scalar>().make(plan.optimizer)),
        streams_{RandomStream("data", plan.task, plan.seed), RandomStream("evaluation", plan.task, 1),
                 RandomStream("rule", plan.rule, plan.seed), RandomStream("noise", plan.task, plan.seed)} {
    network_.initialize(*initializations().make(plan.initialization), RandomStream("init", plan.cell, plan.seed));
  }

  Trainer<Scalar> trainer() { return {*task_, network_, *rule_, *optimizer_, options_, {}, streams_}; }
  TrainingRecord train() { return trainer().train(); }

  const Task& task() const { return *task_; }
  const TrainingStreams& streams() const { return streams_; }
  RecurrentNetwork<Scalar>& network() { return network_; }

 private:
  TrainingOptions options_;
  std::unique_ptr<Task> task_;
  RecurrentNetwork<Scalar> network_;
  std::unique_ptr<LearningRule<Scalar>> rule_;
  std::unique_ptr<Optimizer<Scalar>> optimizer_;
  TrainingStreams streams_;
};

inline const std::vector<float>& curve_of(const TrainingRecord& record, const std::string& name) {
  for (const Curve& candidate : record.curves)
    if (candidate.name == name) return candidate.values;
  throw std::runtime_error("no curve " + name);
}

}  // namespace cohort::test
