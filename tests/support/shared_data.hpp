#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace cohort::test {

/// Path of a file of the data sets that are not part of the product. They lie beside the source tree, or where the
/// environment variable COHORT_SHARED_DIR says.
inline std::filesystem::path shared_file(const std::string& name) {
  if (const char* directory = std::getenv("COHORT_SHARED_DIR")) return std::filesystem::path(directory) / name;
  // tests/support/shared_data.hpp -> tests -> source tree -> its neighbour `shared`.
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path() / "shared" / name;
}

}  // namespace cohort::test

/// Ends the test as skipped when the data set is absent.
#define COHORT_SKIP_WITHOUT(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << (path) << " is absent; set COHORT_SHARED_DIR to run this test"
