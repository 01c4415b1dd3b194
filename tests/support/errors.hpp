#pragma once

#include <cohort/core/errors.hpp>

#include <string>

namespace cohort::test {

/// The text of the UserError that `call` throws.
template <class Call>
std::string user_error(const Call& call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace cohort::test
