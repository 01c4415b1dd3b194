#pragma once

#include <cohort/learning/state_visitor.hpp>

namespace cohort {

/// Gives what it is shown the values that a StateWriter wrote, bit for bit.
///
/// Throws RunError when the bytes are no state, end early, or hold another name, kind or shape than the value shown:
/// they are of another object. A vector or matrix that is still empty takes the shape that was written.
class StateReader final : public StateVisitor {
 public:
  /// `bytes` must outlive this object.
  explicit StateReader(std::string_view bytes);

  /// Throws RunError when something is left that was never asked for.
  void finish() const;

 private:
  void handle(const std::string& name, const StateValue& value) override;
  std::string_view take(std::size_t n_bytes);
  std::uint64_t take_number();

  std::string_view left_;
};

/// Restores the state of one object. Throws RunError as StateReader does, and when the object has less state.
template <class Object>
void restore_state(std::string_view bytes, Object& object) {
  StateReader reader(bytes);
  object.visit_state(reader);
  reader.finish();
}

}  // namespace cohort
