#include <cohort/recordings/file_place.hpp>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace cohort {

namespace fs = std::filesystem;

std::optional<FilePlace> file_place(const std::string& path) {
  std::error_code unknown;
  fs::path file = path, inside;
  while (!file.empty() && !fs::is_regular_file(file, unknown)) {
    inside = inside.empty() ? file.filename() : file.filename() / inside;
    if (file == file.parent_path()) return std::nullopt;
    file = file.parent_path();
  }
  if (file.empty()) return std::nullopt;
  return FilePlace{file.string(), inside.relative_path().string()};
}

bool file_starts_with(const std::string& path, const std::string& start) {
  const auto place = file_place(path);
  if (!place) return false;
  std::string bytes(start.size(), '\0');
  std::ifstream file(place->file, std::ios::binary);
  return file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) && bytes == start;
}

}  // namespace cohort
