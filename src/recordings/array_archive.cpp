#include <cohort/recordings/array_archive.hpp>

#include <cohort/core/ask_array.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/recordings/file_place.hpp>
#include <cohort/recordings/hdf5_archive.hpp>
#include <cohort/recordings/npz_arrays.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>
#include <vector>

namespace cohort {
namespace {

/// Without the ends of the lines, of any system.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

class NpyFolder final : public ArrayArchive {
 public:
  explicit NpyFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  bool has(const std::string& name) const override { return std::filesystem::exists(path_of(name)); }
  NpyArray read(const std::string& name) const override { return read_npy(path_of(name)); }
  std::vector<std::string> texts(const std::string& name) const override {
    const std::string path = (folder_ / (name + ".txt")).string();
    std::error_code unknown;
    return std::filesystem::exists(path, unknown) ? lines_of(read_user_file(path, "a list of texts"))
                                                  : std::vector<std::string>();
  }
  std::string path_of(const std::string& name) const override { return (folder_ / (name + ".npy")).string(); }

 private:
  std::filesystem::path folder_;
};

class NpzArchive final : public ArrayArchive {
 public:
  explicit NpzArchive(const std::string& path) : path_(path), arrays_(path) {}

  bool has(const std::string& name) const override { return arrays_.has(name); }
  NpyArray read(const std::string& name) const override { return arrays_.read(name); }
  std::vector<std::string> texts(const std::string& name) const override { return arrays_.texts(name); }
  std::string path_of(const std::string& name) const override { return path_ + "/" + name; }

 private:
  std::string path_;
  NpzArrays arrays_;
};

std::unique_ptr<ArrayArchive> open_on_disk(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) return std::make_unique<NpyFolder>(path);
  if (auto archive = open_hdf5_archive(path)) return archive;
  if (std::filesystem::is_regular_file(path, unknown) && file_starts_with(path, "PK\x03\x04"))
    return std::make_unique<NpzArchive>(path);
  if (!std::filesystem::exists(path, unknown)) throw UserError("there is no such folder or file", "", "", {path});
  throw UserError("cannot be read as arrays", "it is no HDF5 file", "Give a folder of .npy files or an HDF5 file.",
                  {path});
}

/// An archive that is opened only by the process that looks, see ask_files.
class AskedArchive final : public ArrayArchive {
 public:
  explicit AskedArchive(std::string path) : path_(std::move(path)) {
    ask_files("arrays at " + path_, [&] {
      disk();
      return std::string();
    });
  }

  bool has(const std::string& name) const override {
    return !ask_files(question("is there", name), [&] { return std::string(disk().has(name) ? "yes" : ""); }).empty();
  }
  NpyArray read(const std::string& name) const override {
    return ask_array<NpyArray>(question("values of", name), [&] { return disk().read(name); });
  }
  std::vector<std::string> texts(const std::string& name) const override {
    return lines_of(ask_files(question("texts of", name), [&] { return packed(disk().texts(name)); }));
  }
  std::string path_of(const std::string& name) const override {
    return ask_files(question("path of", name), [&] { return disk().path_of(name); });
  }

 private:
  static std::string packed(std::vector<std::string> texts) {
    std::string lines;
    for (std::string& text : texts) {
      std::ranges::replace(text, '\n', ' ');
      lines += text + '\n';
    }
    return lines;
  }
  std::string question(const char* what, const std::string& name) const {
    return fmt::format("{} {} at {}", what, name, path_);
  }
  const ArrayArchive& disk() const {
    if (!disk_) disk_ = open_on_disk(path_);
    return *disk_;
  }

  std::string path_;
  mutable std::unique_ptr<ArrayArchive> disk_;
};

}  // namespace

NpyArray ArrayArchive::read_finite(const std::string& name) const {
  NpyArray array = read(name);
  if (!std::all_of(array.values.begin(), array.values.end(), [](double value) { return std::isfinite(value); }))
    throw UserError(path_of(name) + " holds a NaN or an infinity", "all its numbers must be finite");
  return array;
}

std::unique_ptr<ArrayArchive> open_array_archive(const std::string& path) {
  return std::make_unique<AskedArchive>(path);
}

}  // namespace cohort
