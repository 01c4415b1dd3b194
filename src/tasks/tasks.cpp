#include <cohort/tasks/tasks.hpp>

#include <cohort/tasks/center_out_reach_hatsopoulos_2007.hpp>
#include <cohort/tasks/context_integration_mante_2013.hpp>
#include <cohort/tasks/cue_accumulation.hpp>
#include <cohort/tasks/periodic_target_sussillo_2009.hpp>
#include <cohort/tasks/sine_generation_murray_2019.hpp>

namespace cohort {

const Registry<Task>& tasks() {
  static const Registry<Task> table("task", {
      registry_entry<CenterOutReachHatsopoulos2007, Task>(),
      registry_entry<ContextIntegrationMante2013, Task>(),
      registry_entry<CueAccumulation, Task>(),
      registry_entry<PeriodicTargetSussillo2009, Task>(),
      registry_entry<SineGenerationMurray2019, Task>(),
  });
  return table;
}

}  // namespace cohort
