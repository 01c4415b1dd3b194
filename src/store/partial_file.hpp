#pragma once

#include <cstdint>
#include <string>

namespace cohort {

/// A results file in the making: lives under `<path>.partial` and takes its name only when it is whole.
/// What a crash leaves behind is overwritten by the next start. One process (rank 0) calls these; no MPI, no HDF5.
class PartialFile {
 public:
  PartialFile(std::string final_path, bool replace);

  const std::string& path() const { return path_; }

  /// Makes the empty file. Throws UserError when the final one exists (and is not to be replaced), the directory
  /// cannot be written, or the disk has less than `n_bytes` free.
  void start(std::uint64_t n_bytes) const;
  /// "needs 3.0 GB, the disk has 1.2 GB left": for the message when writing fails all the same (quotas).
  std::string space_left(std::uint64_t n_bytes) const;
  /// Cuts the file to nothing, which frees its disk space.
  void make_empty() const noexcept;
  void remove() const noexcept;
  /// Brings the file to the disk, then gives it its final name.
  void finish() const;

 private:
  void refuse_existing() const;

  std::string final_path_, path_;
  bool replace_;
};

}  // namespace cohort
