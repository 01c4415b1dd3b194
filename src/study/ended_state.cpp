#include <cohort/study/ended_state.hpp>

#include <cohort/learning/state_writer.hpp>
#include <cohort/study/cost_model.hpp>
#include <cohort/study/run_executor.hpp>

namespace cohort {

std::size_t ended_state_bytes(const Study& study, const Run& run) {
  auto parts = make_parts<float>(study, run);
  const auto n_parameters = parts.network->parameters().values.size();
  Vector<float> scratch = parts.network->parameters().values;
  parts.optimizer->update(scratch, Vector<float>::Zero(n_parameters));  // what it remembers is made by the first update
  TrainingState state = parts.trainer(study.training, study.snapshots).state();
  const TaskInfo& task = parts.task->info();
  const Index n_samples = static_cast<Index>(task.conditions.size()) * task.n_sample_steps;
  auto& snapshots = state.record.snapshots;
  for (std::size_t level = 0; level + 1 < snapshots.size(); ++level) {  // "final" is not reached yet
    snapshots[level].representation = Matrix<float>::Zero(n_samples, network_size(study, run).n_units);
    if (study.snapshots.keep_outputs) snapshots[level].outputs = Matrix<float>::Zero(n_samples, task.n_outputs);
    if (study.snapshots.keep_parameters) snapshots[level].parameters.resize(static_cast<std::size_t>(n_parameters));
  }
  return state_bytes(state).size();
}

double ended_states_bytes(const Study& study, const Design& design) {
  const TrainingFlops kinds(study, design);
  std::vector<double> of_kind(kinds.n_kinds(), 0);
  for (const std::size_t run : design.first_of_each(Factor::rule, Factor::architecture))
    of_kind[kinds.kind(run)] = static_cast<double>(ended_state_bytes(study, design[run]));
  double all = 0;
  for (std::size_t run = 0; run < design.size(); ++run) all += of_kind[kinds.kind(run)];
  return all;
}

}  // namespace cohort
