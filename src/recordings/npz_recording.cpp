#include <cohort/recordings/npz_recording.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/recordings/file_place.hpp>
#include <cohort/recordings/named_arrays.hpp>

#include <zip.h>

#include <algorithm>
#include <memory>

namespace cohort {
namespace {

constexpr const char* kSuffix = ".npy";

/// The members of a zip archive, read when asked for.
class NpzArrays final : public NamedArrays {
 public:
  explicit NpzArrays(const std::string& path) : path_(path) {
    int code = 0;
    archive_.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
    if (archive_) return;
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw UserError("damaged .npz file", reason, "", {path});
  }

  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    const zip_int64_t n = zip_get_num_entries(archive_.get(), 0);
    for (zip_int64_t i = 0; i < n; ++i) {
      const char* member = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), 0);
      std::string name = member == nullptr ? "" : member;
      if (!name.ends_with(kSuffix)) continue;
      name.resize(name.size() - std::string(kSuffix).size());
      if (npy_dimensions(bytes_of(name, kHeader)) >= 2) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }

  NpyArray read(const std::string& name) const override {
    try {
      return npy_array_of(bytes_of(name, kAll));
    } catch (const UserError& error) {
      throw error.at({path_ + "/" + name});
    }
  }

  std::vector<std::string> texts(const std::string& name) const override {
    if (zip_name_locate(archive_.get(), (name + kSuffix).c_str(), 0) < 0) return {};
    try {
      return npy_texts_of(bytes_of(name, kAll));
    } catch (const UserError& error) {
      throw error.at({path_ + "/" + name});
    }
  }

 private:
  static constexpr zip_uint64_t kHeader = 4096;  // NumPy's are 128 bytes, those of many dimensions a little longer
  static constexpr zip_uint64_t kAll = ~zip_uint64_t{0};

  /// The first `most` bytes of a member. No more is asked of memory than its compressed size can have become.
  std::string bytes_of(const std::string& name, zip_uint64_t most) const {
    zip_stat_t about;
    zip_stat_init(&about);
    if (zip_stat(archive_.get(), (name + kSuffix).c_str(), 0, &about) != 0) damaged(name);
    constexpr zip_uint64_t free_bytes = 1 << 20, best_compression = 1100;
    if (about.size > std::max(free_bytes, best_compression * about.comp_size))
      throw UserError("damaged .npz file", name + " claims more than can be in it", "", {path_});
    std::string bytes(std::min(most, about.size), '\0');
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> member(
        zip_fopen(archive_.get(), (name + kSuffix).c_str(), 0), zip_fclose);
    if (!member || zip_fread(member.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()))
      damaged(name);
    return bytes;
  }

  [[noreturn]] void damaged(const std::string& name) const {
    throw UserError("damaged .npz file", name + ": " + zip_strerror(archive_.get()), "", {path_});
  }

  struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
  };
  std::string path_;
  std::unique_ptr<zip_t, Discard> archive_;
};

}  // namespace

Description NpzRecording::description() {
  Description d;
  d.name = "npz";
  d.summary =
      "arrays of NumPy by name: the one called `activity`, the only one of two dimensions or more, or the one named "
      "(`m1.npz/rates`); lists of texts `axes` and `conditions` beside it say what it is";
  d.equation = "numpy.savez(\"m1.npz\", activity=rates, axes=[\"units\", \"time\", \"conditions\"])";
  d.reference = "NumPy Enhancement Proposal 1 (Kern 2007)";
  return d;
}

bool NpzRecording::recognizes(const std::string& path) const { return file_starts_with(path, "PK\x03\x04"); }

RecordedArray NpzRecording::read(const std::string& path) const {
  const FilePlace place = *file_place(path);
  return recording_in(NpzArrays(place.file), place.file, place.inside);
}

}  // namespace cohort
