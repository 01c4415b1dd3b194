#pragma once

#include <cohort/core/hash.hpp>
#include <cohort/store/results_file.hpp>

#include <span>
#include <string>
#include <vector>

namespace cohort {

/// The attribute of a dataset whose content never changes.
inline constexpr const char* kContentChecksum = "checksum";

/// Whether what `path` holds from the start stays as it is: not in the groups that a job keeps writing.
inline bool keeps_its_content(const std::string& path) {
  for (const char* group : {"/state/", "/segments/", "/analyses/"})
    if (path.starts_with(group)) return false;
  return true;
}

/// Checksum of a column that is seen block after block. Texts count with their lengths.
class ContentChecksum {
 public:
  template <class Value>
  void add(const std::vector<Value>& values) {
    if constexpr (std::is_same_v<Value, std::string>) {
      for (const std::string& text : values) sum_ = hash64(text, sum_ + text.size());
    } else {
      for (const Value& value : values) sum_ = hash64(std::as_bytes(std::span(&value, 1)), sum_);
    }
  }
  std::string text() const;

 private:
  std::uint64_t sum_ = 0;
};

/// Of a dataset as it stands in the file.
std::string content_checksum(ResultsFile& file, const std::string& dataset);

}  // namespace cohort
