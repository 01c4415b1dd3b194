#include <cohort/tasks/shared_task.hpp>

#include <cohort/tasks/tasks.hpp>

#include <map>
#include <mutex>

namespace cohort {

std::shared_ptr<const Task> shared_task(const std::string& variant) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<const Task>> known;
  const std::lock_guard lock(mutex);
  const Parameters parameters = tasks().catalogue().parse(variant);
  std::weak_ptr<const Task>& entry = known[parameters.canonical()];
  std::shared_ptr<const Task> task = entry.lock();
  if (!task) entry = task = tasks().make(parameters);
  return task;
}

}  // namespace cohort
