#pragma once

#include <cohort/store/resume_plan.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cohort {

/// From what analyses have computed their values, as the file of a study that changed will say it: the numbers of the
/// made_from datasets that move with the kept runs, before anything is moved.
class CarriedNumbers {
 public:
  /// `from`, the file as it is, must outlive this. `kept` as in ResumePlan.
  CarriedNumbers(ResultsFile& from, const Schema& schema, const std::vector<KeptRun>& kept);

  /// A block of a made_from dataset of `schema`, in C order; 0 where nothing is carried.
  std::vector<std::uint64_t> read(const std::string& made_from, const Extent& start, const Extent& count);

 private:
  /// Along each axis, by the index in the new file, the index in the old one plus 1; 0 for none.
  using Origins = std::vector<std::vector<std::size_t>>;

  ResultsFile& from_;
  std::map<std::string, Origins> origins_;
};

}  // namespace cohort
