#include <cohort/tasks/tasks.hpp>

#include <cohort/tasks/center_out_reach_hatsopoulos_2007.hpp>
#include <cohort/tasks/context_integration_mante_2013.hpp>

namespace cohort {

const Registry<Task>& tasks() {
  static const Registry<Task> table("task", {
      registry_entry<CenterOutReachHatsopoulos2007, Task>(),
      registry_entry<ContextIntegrationMante2013, Task>(),
  });
  return table;
}

}  // namespace cohort
