#include <cohort/recordings/npz_arrays.hpp>

#include <cohort/core/errors.hpp>

#include <zip.h>

#include <algorithm>

namespace cohort {
namespace {

constexpr const char* kSuffix = ".npy";
constexpr std::size_t kHeader = 4096;  // NumPy's are 128 bytes, those of many dimensions a little longer
constexpr std::size_t kAll = ~std::size_t{0};

}  // namespace

NpzArrays::NpzArrays(const std::string& path) : path_(path) {
  int code = 0;
  archive_.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (archive_) return;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  throw UserError("damaged .npz file", reason, "", {path});
}

bool NpzArrays::has(const std::string& name) const {
  return zip_name_locate(archive_.get(), (name + kSuffix).c_str(), 0) >= 0;
}

std::vector<std::string> NpzArrays::names() const {
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

NpyArray NpzArrays::read(const std::string& name) const {
  try {
    return npy_array_of(bytes_of(name, kAll));
  } catch (const UserError& error) {
    throw error.at({path_ + "/" + name});
  }
}

std::vector<std::string> NpzArrays::texts(const std::string& name) const {
  if (!has(name)) return {};
  try {
    return npy_texts_of(bytes_of(name, kAll));
  } catch (const UserError& error) {
    throw error.at({path_ + "/" + name});
  }
}

/// The first `most` bytes of a member. No more is asked of memory than its compressed size can have become.
std::string NpzArrays::bytes_of(const std::string& name, std::size_t most) const {
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_stat(archive_.get(), (name + kSuffix).c_str(), 0, &about) != 0) damaged(name);
  constexpr zip_uint64_t free_bytes = 1 << 20, best_compression = 1100;
  if (about.size > std::max(free_bytes, best_compression * about.comp_size))
    throw UserError("damaged .npz file", name + " claims more than can be in it", "", {path_});
  std::string bytes(std::min<zip_uint64_t>(most, about.size), '\0');
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> member(zip_fopen(archive_.get(), (name + kSuffix).c_str(), 0),
                                                                 zip_fclose);
  if (!member || zip_fread(member.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()))
    damaged(name);
  return bytes;
}

void NpzArrays::damaged(const std::string& name) const {
  throw UserError("damaged .npz file", name + ": " + zip_strerror(archive_.get()), "", {path_});
}

void NpzArrays::Discard::operator()(zip* archive) const { zip_discard(archive); }

}  // namespace cohort
