#include <cohort/learning/training_state.hpp>

#include <string>

namespace cohort {
namespace {

/// Counts `parts`, makes room for as many as are shown, one by one (a damaged count ends with the bytes), and shows
/// them.
template <class Part, class Visit>
void visit_all(StateVisitor& visitor, const std::string& name, std::vector<Part>& parts, const Visit& visit) {
  auto n_parts = static_cast<std::uint64_t>(parts.size());
  visitor.visit("n_" + name, n_parts);
  if (n_parts < parts.size()) parts.resize(n_parts);
  for (std::size_t i = 0; i < n_parts; ++i) {
    if (i == parts.size()) parts.emplace_back();
    visit(name + " " + std::to_string(i) + " ", parts[i]);
  }
}

template <class Narrow, class Wide>
void visit_as(StateVisitor& visitor, const std::string& name, Narrow& value) {
  auto wide = static_cast<Wide>(value);
  visitor.visit(name, wide);
  value = static_cast<Narrow>(wide);
}

void visit_rates(StateVisitor& visitor, const std::string& prefix, RateSummary& rates) {
  visitor.visit(prefix + "mean", rates.mean);
  visitor.visit(prefix + "silent", rates.silent);
  visitor.visit(prefix + "saturated", rates.saturated);
}

void visit_record(StateVisitor& visitor, TrainingRecord& record) {
  visit_as<RunStatus, std::uint64_t>(visitor, "status", record.status);
  visitor.visit("message", record.message);
  visitor.visit("initial radius", record.network.initial.radius);
  visitor.visit("initial norm", record.network.initial.norm);
  visit_rates(visitor, "rates at start ", record.network.start);
  visit_rates(visitor, "rates at end ", record.network.end);
  visit_all(visitor, "curves", record.curves, [&](const std::string& prefix, Curve& curve) {
    visitor.visit(prefix + "name", curve.name);
    visitor.visit(prefix + "values", curve.values);
  });
  visit_all(visitor, "snapshots", record.snapshots, [&](const std::string& prefix, Snapshot& snapshot) {
    visit_as<int, std::int64_t>(visitor, prefix + "update", snapshot.update);
    visitor.visit(prefix + "error", snapshot.error);
    visitor.visit(prefix + "representation", snapshot.representation);
    visitor.visit(prefix + "outputs", snapshot.outputs);
    visitor.visit(prefix + "parameters", snapshot.parameters);
    visitor.visit(prefix + "in_a_row", snapshot.in_a_row);
  });
}

}  // namespace

void TrainingState::visit_state(StateVisitor& visitor) {
  visitor.visit("update", update);
  visitor.visit("next_trial", next_trial);
  visitor.visit("first_loss", first_loss);
  visitor.visit("learned", learned);
  visit_record(visitor, record);
}

}  // namespace cohort
