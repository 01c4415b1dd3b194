#pragma once

namespace cohort::app {

/// Ends the program with one line when this processor lacks the instruction set it was compiled for; without this it
/// would die of an illegal instruction somewhere.
void check_instruction_set();

}  // namespace cohort::app
