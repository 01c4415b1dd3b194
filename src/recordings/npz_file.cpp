#include <cohort/recordings/npz_file.hpp>

#include <cohort/core/errors.hpp>

#include <zip.h>

#include <memory>
#include <span>

namespace cohort {
namespace {

[[noreturn]] void refuse(const std::string& path, const char* reason) {
  throw UserError("cannot be written", reason, "", {path});
}

/// An archive under construction; without close() nothing is written.
class ZipWriter {
 public:
  explicit ZipWriter(const std::string& path) : path_(path) {
    int code = 0;
    archive_ = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (archive_ != nullptr) return;
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    refuse(path_, reason.c_str());
  }
  ~ZipWriter() {
    if (archive_ != nullptr) zip_discard(archive_);
  }
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  /// `bytes` must stay until close().
  void add(const std::string& name, const std::string& bytes) {
    zip_source_t* source = zip_source_buffer(archive_, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = source == nullptr ? -1 : zip_file_add(archive_, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      if (source != nullptr) zip_source_free(source);
      refuse(path_, zip_strerror(archive_));
    }
    zip_set_file_compression(archive_, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
  }

  void close() {
    if (zip_close(archive_) != 0) refuse(path_, zip_strerror(archive_));
    archive_ = nullptr;
  }

 private:
  std::string path_;
  zip_t* archive_ = nullptr;
};

/// `files` are the bytes of the members called `names`.
void write_archive(const std::string& path, const std::vector<std::string>& names,
                   const std::vector<std::string>& files) {
  ZipWriter archive(path);
  for (std::size_t i = 0; i < names.size(); ++i) archive.add(names[i] + ".npy", files[i]);
  archive.close();
}

}  // namespace

void write_npz(const std::string& path, const std::vector<NamedArray>& arrays) {
  std::vector<std::string> names, files;
  for (const NamedArray& array : arrays) {
    names.push_back(array.name);
    files.push_back(npy_bytes(array.shape, std::span(array.values)));
  }
  write_archive(path, names, files);
}

void write_npz(const std::string& path, const std::vector<std::pair<std::string, NpyArray>>& arrays) {
  std::vector<std::string> names, files;
  for (const auto& [name, array] : arrays) {
    names.push_back(name);
    files.push_back(npy_bytes(array.shape, std::span(array.values)));
  }
  write_archive(path, names, files);
}

}  // namespace cohort
