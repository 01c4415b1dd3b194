#pragma once

#include <cohort/core/matrix.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cohort {

/// A piece of state where it lives: a number, a text, or numbers of any count.
using StateValue = std::variant<double*, std::int64_t*, std::uint64_t*, std::string*, std::vector<std::int64_t>*,
                                std::vector<float>*, Vector<float>*, Vector<double>*, Matrix<float>*, Matrix<double>*>;

/// Is led through everything that an object has learned or drawn and that its future depends on, in an order that never
/// changes. Whoever has such state names it in `visit_state(StateVisitor&)`; that one function serves to save it, to
/// restore it and to look at it.
///
/// What is begun anew by every update (work space, traces within trials) and what follows from how an object was made
/// is no state. A visitor may change what it is shown, so state that is kept in another form is unfolded before and
/// folded again after the visit.
class StateVisitor {
 public:
  virtual ~StateVisitor() = default;

  /// Shows one piece of state. Names of an object are unique; they contain no '/'.
  template <class Value>
  void visit(std::string_view name, Value& value) {
    handle(path_ + std::string(name), StateValue(&value));
  }

  /// Shows the state of a part, an object with visit_state, whose names become `name/...`.
  template <class Part>
  void visit_part(std::string_view name, Part& part) {
    const std::string path = path_;
    path_ += std::string(name) + "/";
    part.visit_state(*this);
    path_ = path;
  }

 private:
  virtual void handle(const std::string& name, const StateValue& value) = 0;

  std::string path_;  ///< "rule/feedback/"
};

}  // namespace cohort
