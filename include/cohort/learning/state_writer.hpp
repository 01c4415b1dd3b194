#pragma once

#include <cohort/learning/state_visitor.hpp>

namespace cohort {

/// Writes the state that it is shown as bytes, which a StateReader understands on any machine: after a head that names
/// the format, per value its kind, name and shape, then the numbers, little-endian. Changes nothing.
class StateWriter final : public StateVisitor {
 public:
  StateWriter();

  const std::string& bytes() const { return bytes_; }

 private:
  void handle(const std::string& name, const StateValue& value) override;

  std::string bytes_;
};

/// The state of one object, as bytes.
template <class Object>
std::string state_bytes(Object& object) {
  StateWriter writer;
  object.visit_state(writer);
  return writer.bytes();
}

}  // namespace cohort
