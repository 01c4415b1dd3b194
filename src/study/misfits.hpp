#pragma once

#include <cohort/core/errors.hpp>

#include <string>
#include <vector>

namespace cohort {

/// Levels of two factors that cannot go together, each pair once.
class Misfits {
 public:
  /// "rule 'x' cannot train architecture" `other`, because of `why`.
  void add(const std::string& first, const std::string& other, const std::string& why, const SourceLocation& where);

  /// Throws UserError for all of them at once, at the place of the first; long lists are shortened.
  void throw_any() const;

 private:
  struct Misfit {
    std::string first;
    std::vector<std::string> others;
    std::string why;
    SourceLocation where;
  };
  static std::string text_of(const Misfit& misfit);

  std::vector<Misfit> all_;
};

}  // namespace cohort
