#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>

#include <unistd.h>

namespace cohort::fuzz {

/// Bytes as a file in memory, while it lives.
class InputFile {
 public:
  InputFile(const std::string& name, std::span<const std::uint8_t> bytes)
      : folder_("/dev/shm/cohort_fuzz_" + std::to_string(::getpid())), path_(folder_ + "/" + name) {
    std::filesystem::create_directory(folder_);
    std::FILE* file = std::fopen(path_.c_str(), "wb");
    if (file == nullptr) return;
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
  }
  ~InputFile() {
    std::error_code none;
    std::filesystem::remove_all(folder_, none);
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string folder_, path_;
};

}  // namespace cohort::fuzz
