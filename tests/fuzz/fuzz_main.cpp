// What libFuzzer calls. COHORT_FUZZ names the target.

#include "fuzz_targets.hpp"

#include <cohort/core/log.hpp>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

const cohort::fuzz::Target* chosen() {
  const char* name = std::getenv("COHORT_FUZZ");
  for (const auto& target : cohort::fuzz::targets())
    if (name != nullptr && std::strcmp(name, target.name) == 0) return &target;
  std::fprintf(stderr, "COHORT_FUZZ must name a target:");
  for (const auto& target : cohort::fuzz::targets()) std::fprintf(stderr, " %s", target.name);
  std::fprintf(stderr, "\n");
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto* target = chosen();
  cohort::set_log_level(cohort::LogLevel::warning);
  target->decode({data, size});
  return 0;
}
