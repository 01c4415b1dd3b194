#include <cohort/tasks/idx_file.hpp>

#include <cohort/core/ask_array.hpp>
#include <cohort/core/errors.hpp>

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>

namespace cohort {
namespace {

constexpr unsigned kUnsignedBytes = 0x08;  // type of the values, third byte of the file

/// An open file; zlib hands on what is not compressed as it is.
class GzipFile {
 public:
  explicit GzipFile(const std::string& path) : path_(path), file_(gzopen(path.c_str(), "rb"), gzclose) {
    if (!file_) throw UserError(path + " cannot be read", std::strerror(errno));
  }

  void read(std::uint8_t* bytes, std::size_t n) {
    while (n > 0) {
      const auto wanted = static_cast<unsigned>(std::min<std::size_t>(n, 1U << 30));
      const int got = gzread(file_.get(), bytes, wanted);
      if (got <= 0) fail();
      bytes += got;
      n -= static_cast<std::size_t>(got);
    }
  }

  /// Throws when anything is left, or when the checksum at the end is wrong.
  void expect_end() {
    std::uint8_t more = 0;
    const int got = gzread(file_.get(), &more, 1);
    int code = Z_OK;  // a file that ends too early reads like one that ends, and is told only here
    gzerror(file_.get(), &code);
    if (got < 0 || code != Z_OK) fail();
    if (got > 0) throw UserError(path_ + " is longer than its header says");
  }

 private:
  [[noreturn]] void fail() {
    int code = Z_OK;
    const std::string why = gzerror(file_.get(), &code);
    if (code == Z_OK || code == Z_BUF_ERROR) throw UserError(path_ + " is truncated");
    throw UserError(path_ + " is damaged", why);
  }

  std::string path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

IdxFile read_from_disk(const std::string& path, std::size_t n_dimensions) {
  GzipFile file(path);
  std::array<std::uint8_t, 4> magic{};
  file.read(magic.data(), magic.size());
  if (magic[0] != 0 || magic[1] != 0 || magic[2] != kUnsignedBytes)
    throw UserError(path + " is no IDX file of unsigned bytes",
                    fmt::format("it starts with {:02x} {:02x} {:02x}", magic[0], magic[1], magic[2]));
  if (magic[3] != n_dimensions)
    throw UserError(fmt::format("{} has {} dimensions", path, magic[3]), fmt::format("{} are needed", n_dimensions));
  IdxFile result;
  std::size_t n_values = 1;
  for (std::size_t i = 0; i < n_dimensions; ++i) {
    std::array<std::uint8_t, 4> bytes{};
    file.read(bytes.data(), bytes.size());
    std::size_t extent = 0;
    for (const std::uint8_t byte : bytes) extent = extent << 8 | byte;
    if (extent == 0 || n_values > std::numeric_limits<std::uint32_t>::max() / extent)
      throw UserError(path + " has an impossible size");
    result.shape.push_back(extent);
    n_values *= extent;
  }
  result.values.resize(n_values);
  file.read(result.values.data(), n_values);
  file.expect_end();
  return result;
}

}  // namespace

IdxFile read_idx(const std::string& path, std::size_t n_dimensions) {
  return ask_array<IdxFile>(fmt::format("IDX file of {} dimensions {}", n_dimensions, path),
                            [&] { return read_from_disk(path, n_dimensions); });
}

}  // namespace cohort
