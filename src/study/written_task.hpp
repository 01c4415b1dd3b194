#pragma once

#include "toml_section.hpp"

namespace cohort {

/// The variant that [task] writes, and what is to blame when it cannot be made: the path of its file, otherwise its
/// name.
struct WrittenTask {
  Variant variant;
  SourceLocation where;
};

/// `name`, and every other key as one of its parameters. Reads no file of the task's. Throws UserError.
WrittenTask written_task(TomlSection& section);

}  // namespace cohort
