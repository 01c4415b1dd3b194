// Compiled as all of the program is, so that its macros are theirs.
#include "compiled_instructions.hpp"

namespace cohort::app {
namespace {

constexpr std::uint64_t bit(InstructionSet set) { return std::uint64_t{1} << static_cast<unsigned>(set); }

/// A macro that is defined expands to 1, one that is not to its own name.
constexpr bool is_defined(const char* expansion) { return expansion[0] == '1'; }

}  // namespace

#define COHORT_TEXT_OF(expansion) #expansion
#define COHORT_BIT(name, text, macro) | (is_defined(COHORT_TEXT_OF(macro)) ? bit(InstructionSet::name) : 0)
constexpr std::uint64_t of_this_file = 0 COHORT_INSTRUCTION_SETS(COHORT_BIT);
#undef COHORT_BIT
#undef COHORT_TEXT_OF

const std::uint64_t compiled_instructions = of_this_file;  // a constant: nothing is executed for it

}  // namespace cohort::app
