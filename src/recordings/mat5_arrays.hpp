#pragma once

#include <cohort/recordings/named_arrays.hpp>

#include <matio.h>

#include <functional>
#include <memory>

namespace cohort {

/// Variables and fields of structures of a MATLAB file of version 5, read with libmatio (whose own HDF5 is never asked:
/// files of version 7.3 go another way).
class Mat5Arrays final : public NamedArrays {
 public:
  /// Throws UserError when the file is damaged.
  explicit Mat5Arrays(const std::string& file);

  std::vector<std::string> names() const override;
  NpyArray read(const std::string& name) const override;
  std::vector<std::string> texts(const std::string& name) const override;

 private:
  using Variable = std::unique_ptr<matvar_t, void (*)(matvar_t*)>;

  Variable variable(const std::string& name) const;
  /// What `look` finds at `a/b/c`: a variable, or a field of a structure; null where there is nothing.
  void look_at(const std::string& name, const std::function<void(const matvar_t*)>& look) const;
  void add_names(const matvar_t& variable, const std::string& name, std::vector<std::string>& names) const;
  void check_size(const matvar_t& variable, const std::string& name) const;

  std::string file_;
  double file_bytes_ = 0;
  std::unique_ptr<mat_t, int (*)(mat_t*)> mat_;
};

}  // namespace cohort
