#include <cohort/rules/learning_rules.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/trainer.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/tasks/tasks.hpp>

#include <cstdio>

/// Trains a small network by e-prop: the tables of variants, random streams, and Eigen matrices that the library
/// allocates and this program frees, which needs the same alignment on both sides.
int main() {
  using namespace cohort;
  const auto task = tasks().make("context_integration_mante_2013");
  const auto rule = learning_rules<float>().make("eprop");
  const auto optimizer = optimizers<float>().make("adam/rate=3e-3");
  const auto made = architectures<float>().make("ctrnn/units=20", task->info().n_inputs, task->info().n_outputs);
  Network<float>& network = *made;
  network.initialize(*initializations().make("gaussian"), RandomStream("init", "client", 1));

  TrainingOptions options;
  options.updates = 30;
  const TrainingStreams streams{RandomStream("data", "client", 1), RandomStream("evaluation", "client", 1),
                                RandomStream("rule", "client", 1), RandomStream("noise", "client", 1)};
  const auto record = Trainer<float>(*task, network, *rule, *optimizer, options, {}, streams).train();
  const auto& loss = record.curves.front();
  std::printf("%s: %g -> %g\n", loss.name.c_str(), loss.values.front(), loss.values.back());
  return record.status == RunStatus::done && loss.values.back() < loss.values.front() ? 0 : 1;
}
