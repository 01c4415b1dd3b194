#pragma once

#include <optional>
#include <string>

namespace cohort {

/// A file, and what a path names inside it: `session.mat/trials/rates` is "trials/rates" in session.mat.
struct FilePlace {
  std::string file{};
  std::string inside{};  ///< empty: nothing is named
};

/// `path` split where a file ends; none where it leads to no file.
std::optional<FilePlace> file_place(const std::string& path);

/// Whether `path` is a file, or leads into one, that begins with `start`.
bool file_starts_with(const std::string& path, const std::string& start);

}  // namespace cohort
