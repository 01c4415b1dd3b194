#include <cohort/core/array_archive.hpp>

#include <cohort/core/errors.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

namespace cohort {
namespace {

class NpyFolder final : public ArrayArchive {
 public:
  explicit NpyFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  bool has(const std::string& name) const override { return std::filesystem::exists(path_of(name)); }
  NpyArray read(const std::string& name) const override { return read_npy(path_of(name)); }
  std::string path_of(const std::string& name) const override { return (folder_ / (name + ".npy")).string(); }

 private:
  std::filesystem::path folder_;
};

std::vector<ArchiveOpener>& formats() {
  static std::vector<ArchiveOpener> openers;
  return openers;
}

}  // namespace

NpyArray ArrayArchive::read_finite(const std::string& name) const {
  NpyArray array = read(name);
  if (!std::all_of(array.values.begin(), array.values.end(), [](double value) { return std::isfinite(value); }))
    throw UserError(path_of(name) + " holds a NaN or an infinity", "all its numbers must be finite");
  return array;
}

void add_archive_format(ArchiveOpener opener) {
  if (std::find(formats().begin(), formats().end(), opener) == formats().end()) formats().push_back(opener);
}

std::unique_ptr<ArrayArchive> open_array_archive(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) return std::make_unique<NpyFolder>(path);
  for (const ArchiveOpener opener : formats())
    if (auto archive = opener(path)) return archive;
  if (!std::filesystem::exists(path, unknown)) throw UserError("there is no such folder or file", "", "", {path});
  throw UserError("cannot be read as arrays",
                  formats().empty() ? "this program reads folders of .npy files" : "it is no HDF5 file",
                  "Give a folder of .npy files or an HDF5 file.", {path});
}

}  // namespace cohort
