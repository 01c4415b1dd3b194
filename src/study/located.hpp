#pragma once

#include <cohort/core/errors.hpp>

namespace cohort {

/// Runs `call` and gives its UserError the place in the study file that caused it.
template <class Call>
auto located(const SourceLocation& location, const Call& call) {
  try {
    return call();
  } catch (const UserError& error) {
    throw UserError(error.what(), "", "", location);  // an error in another file keeps that file's name in its text
  }
}

}  // namespace cohort
