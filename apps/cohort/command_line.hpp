#pragma once

#include <cohort/core/errors.hpp>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace cohort::app {

/// What is wrong with a command line that `program` could not read, in one line: unknown commands and options with what
/// may have been meant. `first_word` is what followed the program's name; null for nothing.
UserError explained(const CLI::App& program, const CLI::ParseError& error, const char* first_word);

}  // namespace cohort::app
