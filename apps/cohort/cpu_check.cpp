// Asks whether the processor has all instructions that the program was compiled for, before any of them can run: this
// file is compiled for the oldest x86-64, and called before static objects are made, those of shared libraries
// included.

#include "compiled_instructions.hpp"

#include <cohort/core/exit_code.hpp>

#include <cstring>

#include <unistd.h>

#if defined(__x86_64__)

namespace {

using namespace cohort::app;

void say(const char* text) {
  if (write(STDERR_FILENO, text, std::strlen(text)) < 0) return;  // nobody to tell
}

/// What the processor lacks is said one by one; true when there is any.
bool says_what_is_missing() {
  __builtin_cpu_init();
  bool is_any = false;
  const auto ask = [&](InstructionSet set, const char* name, bool has_it) {
    const bool is_needed = (compiled_instructions >> static_cast<unsigned>(set) & 1) != 0;
    if (!is_needed || has_it) return;
    say(is_any ? ", " : "cohort: this processor lacks instructions for which the program was compiled (");
    say(name);
    is_any = true;
  };
#define COHORT_ASK(name, text, macro) ask(InstructionSet::name, text, __builtin_cpu_supports(text) != 0);
  COHORT_INSTRUCTION_SETS(COHORT_ASK)
#undef COHORT_ASK
  return is_any;
}

void check_instruction_set(int, char**, char**) {
  if (!says_what_is_missing()) return;
  say(") Build it for the oldest node of the job: cmake -DCOHORT_ARCH=x86-64-v3 (AVX2), x86-64-v4 (AVX-512) or "
      "none.\n");
  _exit(cohort::kUserError);
}

__attribute__((section(".preinit_array"), used)) void (*const before_everything)(int, char**,
                                                                                 char**) = check_instruction_set;

}  // namespace

#endif
