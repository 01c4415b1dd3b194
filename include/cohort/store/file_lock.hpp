#pragma once

#include <string>

namespace cohort {

/// The lock that HDF5's own readers and writers respect (flock): while a job holds it as a reader does, h5py can read
/// the results, and is refused when it wants to write. MPI files are opened without any lock.
///
/// Where the file system knows no locks, nothing is locked.
class FileLock {
 public:
  /// Throws UserError when another program has `path` open for writing, or, where the file has several names (hard
  /// links), when anybody has it open: under another name that may be a job.
  explicit FileLock(const std::string& path);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  int file_ = -1;
};

}  // namespace cohort
