#pragma once

#include <cohort/core/errors.hpp>

#include <cstdio>
#include <string>
#include <vector>

namespace cohort {

/// What a Python script that times another implementation prints, line by line; also shown on standard error. Runs it
/// with the Python of the environment variable COHORT_PYTHON (default: python3), at its best: variables that make
/// OpenBLAS choose the kernels of an older core are taken away, and the kernel that it then chose is shown
/// (`peer: Core: ...`); on one thread, as here. Throws UserError when the script fails.
inline std::vector<std::string> peer_lines(const std::string& script, const std::string& arguments = "") {
  const std::string at_its_best =
      "env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 OPENBLAS_VERBOSE=2 ";
  FILE* output =
      popen((at_its_best + "${COHORT_PYTHON:-python3} '" + script + "' " + arguments + " 2>&1").c_str(), "r");
  if (!output) throw UserError(script + " cannot be run");
  std::vector<std::string> lines;
  char line[512];
  while (std::fgets(line, sizeof line, output)) {
    std::fprintf(stderr, "peer: %s", line);
    lines.emplace_back(line);
  }
  if (pclose(output) != 0) throw UserError(script + " failed");
  return lines;
}

}  // namespace cohort
