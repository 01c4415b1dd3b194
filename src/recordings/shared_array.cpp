#include <cohort/recordings/shared_array.hpp>

#include <cohort/core/ask_array.hpp>
#include <cohort/recordings/learned_theta.hpp>

#include <map>
#include <mutex>

namespace cohort {

std::shared_ptr<const NpyArray> shared_array(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<const NpyArray>> known;
  const std::lock_guard lock(mutex);
  std::weak_ptr<const NpyArray>& entry = known[path];
  std::shared_ptr<const NpyArray> array = entry.lock();
  if (!array) {
    array = std::make_shared<const NpyArray>(ask_array<NpyArray>(
        "array in " + path, [&] { return names_learned_theta(path) ? read_learned_theta(path) : read_npy(path); }));
    entry = array;
  }
  return array;
}

}  // namespace cohort
