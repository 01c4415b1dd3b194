#include <cohort/tasks/tasks.hpp>

#include <cohort/tasks/center_out_reach_hatsopoulos_2007.hpp>
#include <cohort/tasks/context_integration_mante_2013.hpp>
#include <cohort/tasks/cue_accumulation.hpp>
#include <cohort/tasks/delayed_match_to_sample.hpp>
#include <cohort/tasks/delayed_nonmatch_to_sample_miconi_2017.hpp>
#include <cohort/tasks/pattern_generation.hpp>
#include <cohort/tasks/periodic_target_sussillo_2009.hpp>
#include <cohort/tasks/sine_generation_murray_2019.hpp>

namespace cohort {

const Registry<Task>& tasks() {
  static const Registry<Task> table("task", {
      registry_entry<CenterOutReachHatsopoulos2007, Task>(),
      registry_entry<ContextIntegrationMante2013, Task>(),
      registry_entry<CueAccumulation, Task>(),
      registry_entry<DelayedMatchToSample, Task>(),
      registry_entry<DelayedNonmatchToSampleMiconi2017, Task>(),
      registry_entry<PatternGeneration, Task>(),
      registry_entry<PeriodicTargetSussillo2009, Task>(),
      registry_entry<SineGenerationMurray2019, Task>(),
  });
  return table;
}

}  // namespace cohort
