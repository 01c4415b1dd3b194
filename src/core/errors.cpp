#include <cohort/core/errors.hpp>

namespace cohort {
namespace {

std::string sentence(const std::string& problem, const std::string& why, const std::string& suggestion,
                     const SourceLocation& location) {
  std::string text;
  if (!location.file.empty()) {
    text += location.file;
    if (location.line > 0) text += ":" + std::to_string(location.line);
    if (location.column > 0) text += ":" + std::to_string(location.column);
    text += ": ";
  }
  text += problem;
  if (!why.empty()) text += " (" + why + ")";
  if (!suggestion.empty()) text += ". " + suggestion;
  return text;
}

}  // namespace

UserError::UserError(const std::string& problem, const std::string& why, const std::string& suggestion,
                     const SourceLocation& location)
    : std::runtime_error(sentence(problem, why, suggestion, location)),
      problem_(problem),
      why_(why),
      suggestion_(suggestion),
      location_(location) {}

UserError UserError::at(const SourceLocation& location) const {
  return location_.file.empty() ? UserError(problem_, why_, suggestion_, location) : *this;
}

}  // namespace cohort
