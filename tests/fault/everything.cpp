// A program "compiled for" every instruction set that there is, some of which no processor has together: its
// static objects must not be made.
#include "../../apps/cohort/compiled_instructions.hpp"

#include <cstdio>

namespace cohort::app {
const std::uint64_t compiled_instructions = ~std::uint64_t{0};
}

namespace {

struct Static {
  Static() { std::puts("a static object was made"); }
} made_before_main;

}  // namespace

int main() {
  std::puts("main was called");
  return 0;
}
