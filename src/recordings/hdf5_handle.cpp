#include <cohort/recordings/hdf5_handle.hpp>

#include <fmt/format.h>

#include <filesystem>

namespace cohort {
namespace {

/// The innermost message of the error stack, which is then cleared.
std::string innermost_message() {
  std::string message;
  const auto keep_first = [](unsigned depth, const H5E_error2_t* error, void* text) -> herr_t {
    if (depth == 0 && error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &message);
  H5Eclear2(H5E_DEFAULT);
  return message.empty() ? "no reason given" : message;
}

}  // namespace

Hdf5Error::Hdf5Error(const std::string& what, const std::string& detail, std::source_location where)
    : InternalError(fmt::format("internal error: HDF5 cannot {} ({}) at {}:{}", what, detail,
                                std::filesystem::path(where.file_name()).filename().string(), where.line())),
      detail_(detail) {}

void prepare_hdf5() {
  static const bool prepared = [] {
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
  }();
  static_cast<void>(prepared);
}

void throw_hdf5_error(const char* what, std::source_location where) {
  throw Hdf5Error(what, innermost_message(), where);
}

}  // namespace cohort
