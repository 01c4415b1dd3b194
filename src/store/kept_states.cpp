#include <cohort/store/kept_states.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/study/run_executor.hpp>

#include <filesystem>

namespace cohort {

std::string KeptStates::path_of(const std::string& streams) const {
  return folder_ + "/" + streams.substr(0, 2) + "/" + streams;
}

CheckpointFile KeptStates::file_of(const Study& study, const Run& run) const {
  return {path_of(run.streams), identity_of_ended(study, run)};
}

std::size_t KeptStates::n_to_go_on(const Design& design, const std::vector<bool>& finished) const {
  std::error_code none;
  if (!std::filesystem::exists(folder_, none)) return 0;
  std::size_t n = 0;
  for (std::size_t run = 0; run < design.size(); ++run) {
    if (finished[run]) continue;
    n += std::filesystem::exists(path_of(design[run].streams), none);
  }
  return n;
}

void KeptStates::take_over(const KeptStates& others) const {
  std::error_code error;
  if (!std::filesystem::exists(others.folder_, error)) return;
  std::filesystem::copy(others.folder_, folder_,
                        std::filesystem::copy_options::recursive | std::filesystem::copy_options::skip_existing, error);
  if (error) throw UserError("cannot be copied", error.message(), "", {others.folder_});
}

}  // namespace cohort
