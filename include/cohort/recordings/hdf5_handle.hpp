#pragma once

#include <cohort/core/errors.hpp>

#include <hdf5.h>

#include <source_location>
#include <string>
#include <utility>

namespace cohort {

/// An HDF5 call failed. Where a user can be the cause (files, disks), the caller turns it into a UserError.
class Hdf5Error : public InternalError {
 public:
  Hdf5Error(const std::string& what, const std::string& detail, std::source_location where);

  /// The innermost message of HDF5's own error stack.
  const std::string& detail() const { return detail_; }

 private:
  std::string detail_;
};

/// To be called before any other HDF5 call: HDF5 then prints nothing by itself, and does not touch files at exit
/// (which would be collective, and hang when a rank is dead).
void prepare_hdf5();

[[noreturn]] void throw_hdf5_error(const char* what, std::source_location where);

/// Every HDF5 return code goes through here: gives `result` back, or throws Hdf5Error when it is negative.
template <class Result>
Result checked(Result result, const char* what, std::source_location where = std::source_location::current()) {
  if (result < 0) throw_hdf5_error(what, where);
  return result;
}

/// Owns one HDF5 identifier.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Hdf5Handle() = default;
  /// Takes what an HDF5 call returned and the function that closes it. Throws Hdf5Error when that call failed.
  Hdf5Handle(hid_t id, Close closer, const char* what, std::source_location where = std::source_location::current())
      : id_(checked(id, what, where)), closer_(closer) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(other.release()), closer_(other.closer_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }
  ~Hdf5Handle() {
    if (id_ >= 0) closer_(id_);
  }

  operator hid_t() const { return id_; }

  /// Gives the identifier away without closing it.
  hid_t release() { return std::exchange(id_, H5I_INVALID_HID); }

  /// Closes now, and says when that fails: after a write the last error may only show here.
  void close(const char* what, std::source_location where = std::source_location::current()) {
    if (id_ >= 0) checked(closer_(release()), what, where);
  }

 private:
  hid_t id_ = H5I_INVALID_HID;
  Close closer_ = nullptr;
};

}  // namespace cohort
