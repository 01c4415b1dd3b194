#include <cohort/analysis/untrained_runs.hpp>

#include <cohort/learning/evaluation.hpp>
#include <cohort/study/run_executor.hpp>
#include <cohort/tasks/shared_task.hpp>

namespace cohort {

UntrainedRuns::UntrainedRuns(const Study& study, const Design& design)
    : study_(study), design_(design), levels_(study.snapshots.labels()) {}

Matrix<float> UntrainedRuns::representation(std::size_t run, std::size_t) const {
  constexpr std::size_t most_kept = 64;  // two tiles of runs
  if (const auto kept = kept_.find(run); kept != kept_.end()) return kept->second;
  if (kept_.size() == most_kept) kept_.clear();
  const auto network = make_network<float>(study_, design_[run]);
  const Evaluation<float> evaluation(*shared_task(study_.task),
                                     RandomStream("evaluation", study_.task_versioned, study_.seed));
  evaluation.score(*network);
  return kept_[run] = evaluation.representation(*network);
}

std::vector<float> UntrainedRuns::parameters(std::size_t run, std::size_t) const {
  const auto network = make_network<float>(study_, design_[run]);
  const auto& values = network->parameters().values;
  return {values.data(), values.data() + values.size()};
}

}  // namespace cohort
