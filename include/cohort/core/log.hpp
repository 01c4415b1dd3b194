#pragma once

#include <string_view>

namespace cohort {

enum class LogLevel { debug, info, warning, error };

/// One line on standard error, `HH:MM:SS message`; the only thing in Cohort that is global.
void log(LogLevel level, std::string_view message);

/// The lowest level that is printed. Ranks other than 0 print warnings and errors only.
void set_log_level(LogLevel level);

}  // namespace cohort
