#pragma once

#include <cohort/recordings/hdf5_handle.hpp>
#include <cohort/recordings/named_arrays.hpp>

namespace cohort {

/// Variables and fields of structures of a MATLAB file of version 7.3: an HDF5 file whose arrays have their axes the
/// other way round.
class Mat73Arrays final : public NamedArrays {
 public:
  /// Throws UserError when the file is damaged.
  explicit Mat73Arrays(const std::string& file);

  std::vector<std::string> names() const override;
  NpyArray read(const std::string& name) const override;
  std::vector<std::string> texts(const std::string& name) const override;

 private:
  std::string file_;
};

}  // namespace cohort
