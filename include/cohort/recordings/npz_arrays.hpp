#pragma once

#include <cohort/recordings/named_arrays.hpp>

#include <memory>
#include <string>
#include <vector>

struct zip;

namespace cohort {

/// The members of a zip archive that NumPy wrote (numpy.savez, compressed or not), read when asked for.
class NpzArrays final : public NamedArrays {
 public:
  /// Throws UserError when `path` is no such file.
  explicit NpzArrays(const std::string& path);

  bool has(const std::string& name) const;
  std::vector<std::string> names() const override;
  NpyArray read(const std::string& name) const override;
  std::vector<std::string> texts(const std::string& name) const override;

 private:
  std::string bytes_of(const std::string& name, std::size_t most) const;
  [[noreturn]] void damaged(const std::string& name) const;

  struct Discard {
    void operator()(zip* archive) const;
  };
  std::string path_;
  std::unique_ptr<zip, Discard> archive_;
};

}  // namespace cohort
