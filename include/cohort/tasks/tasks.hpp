#pragma once

#include <cohort/core/registry.hpp>
#include <cohort/tasks/task.hpp>

namespace cohort {

/// Every task by name.
const Registry<Task>& tasks();

}  // namespace cohort
