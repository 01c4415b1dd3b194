#include "misfits.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cohort {

void Misfits::add(const std::string& first, const std::string& other, const std::string& why,
                  const SourceLocation& where) {
  for (Misfit& known : all_) {
    if (known.first != first || known.why != why) continue;
    if (std::count(known.others.begin(), known.others.end(), other) == 0) known.others.push_back(other);
    return;
  }
  all_.push_back({first, {other}, why, where});
}

std::string Misfits::text_of(const Misfit& misfit) {
  constexpr std::size_t most = 4;
  std::string others;
  for (std::size_t i = 0; i < std::min(most, misfit.others.size()); ++i)
    others += fmt::format("{}'{}'", i > 0 ? ", " : "", misfit.others[i]);
  if (misfit.others.size() > most) others += fmt::format(" and {} more", misfit.others.size() - most);
  return misfit.first + " " + others;
}

void Misfits::throw_any() const {
  constexpr std::size_t most = 6;
  if (all_.empty()) return;
  if (all_.size() == 1)
    throw UserError(text_of(all_[0]), all_[0].why, "Change one of them, or leave the pair out with [[exclude]].",
                    all_[0].where);
  std::string problem;
  for (std::size_t i = 0; i < std::min(most, all_.size()); ++i)
    problem += fmt::format("{}{} ({})", i > 0 ? "; " : "", text_of(all_[i]), all_[i].why);
  if (all_.size() > most) problem += fmt::format("; and {} more", all_.size() - most);
  throw UserError(problem + ".", "", "Change one of each, or leave the pairs out with [[exclude]].", all_[0].where);
}

}  // namespace cohort
