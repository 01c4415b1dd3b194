#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohort {

/// The architectures of its family that a rule serves.
class Served {
 public:
  static Served every_architecture() { return Served(true, {}); }
  static Served only(std::vector<std::string> names) { return Served(false, std::move(names)); }

  bool is_every_architecture() const { return every_; }
  bool includes(std::string_view architecture) const {
    return every_ || std::count(names_.begin(), names_.end(), architecture) > 0;
  }
  /// Of those served; empty when every architecture is.
  const std::vector<std::string>& names() const { return names_; }

 private:
  Served(bool every, std::vector<std::string> names) : every_(every), names_(std::move(names)) {}

  bool every_;
  std::vector<std::string> names_;
};

}  // namespace cohort
