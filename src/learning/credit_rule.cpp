#include <cohort/learning/credit_rule.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/network/cell_type_averages.hpp>

#include <cmath>

namespace cohort {
namespace {

CreditPath path_of(RecurrentPath path) {
  if (path == RecurrentPath::none) return CreditPath::none;
  if (path == RecurrentPath::full) return CreditPath::full;
  return path == RecurrentPath::self ? CreditPath::self : CreditPath::given;
}

template <class Scalar>
Matrix<Scalar> random_weights(RandomStream stream, Index n_units) {
  const double deviation = 1 / std::sqrt(static_cast<double>(n_units));
  Matrix<Scalar> result(n_units, n_units);
  for (Index i = 0; i < result.size(); ++i) result(i) = static_cast<Scalar>(deviation * stream.normal());
  return result;
}

}  // namespace

template <class Scalar>
CreditRule<Scalar>::CreditRule(const CreditAxes& axes)
    : axes_(axes), feedback_(axes.feedback), traces_(path_of(axes.path)) {
  credit_.path = path_of(axes.path);
  credit_.hops = axes.hops;
  credit_.constant_slope = static_cast<Scalar>(axes.slope);
  credit_.horizon = axes.horizon;
  relative_cost_ = guessed_cost({});
}

template <class Scalar>
void CreditRule<Scalar>::check(const RecurrentNetwork<Scalar>& network) const {
  feedback_.check(network);
  if (axes_.path != RecurrentPath::none) return check_connections(network.cell().traits());
  if (axes_.hops != CreditHops::all || axes_.slope > 0 || axes_.horizon > 0)
    throw UserError("hops, slope and horizon need a path", "path=none lets credit flow through no connection");
}

/// What credit through connections asks of the cell.
template <class Scalar>
void CreditRule<Scalar>::check_connections(const CellTraits& traits) const {
  if (axes_.path == RecurrentPath::cell_type && !traits.has_dale) throw UserError("path=cell_type needs dale=true");
  const bool is_given = credit_.path == CreditPath::given;
  if (is_given && traits.n_drives > 1)
    throw UserError(axes_.path == RecurrentPath::random ? "path=random needs a cell with one recurrent matrix"
                                                        : "path=cell_type needs a cell with one recurrent matrix");
  if (axes_.slope > 0 && (traits.name != "ctrnn" || traits.activation != Activation::relu))
    throw UserError("slope needs a ctrnn with activation=relu", "a constant stands in for its slope, which is 0 or 1");
}

/// As measured with 100 to 200 units and 64 trials.
template <class Scalar>
double CreditRule<Scalar>::guessed_cost(const CellTraits& traits) const {
  const bool is_local = axes_.path == RecurrentPath::none || axes_.path == RecurrentPath::self;
  if (!is_local) return 2;
  if (!carries_traces()) return 1;
  if (axes_.path == RecurrentPath::none && traits.has_presynaptic_traces && traits.readout_decay == 0) return 2;
  const double n_variables = static_cast<double>(traits.n_variables) + (traits.readout_decay > 0 ? 1 : 0);
  return n_variables * (6 + 20 / static_cast<double>(axes_.every));
}

template <class Scalar>
RuleTraits CreditRule<Scalar>::traits() const {
  return {.relative_cost = relative_cost_,
          .steps_per_update = axes_.every,
          .is_exact = is_exact(),
          .is_passive = axes_.every == 0};
}

template <class Scalar>
bool CreditRule<Scalar>::is_exact() const {
  return axes_.feedback.kind == FeedbackKind::symmetric && axes_.path == RecurrentPath::full &&
         axes_.hops == CreditHops::all && axes_.slope == 0 && axes_.horizon == 0 && axes_.every == 0;
}

template <class Scalar>
bool CreditRule<Scalar>::carries_traces() const {
  if (axes_.every == 0) return false;
  return axes_.path == RecurrentPath::none ||
         (axes_.path == RecurrentPath::self && axes_.hops == CreditHops::all && axes_.slope == 0 && axes_.horizon == 0);
}

template <class Scalar>
void CreditRule<Scalar>::begin(const RecurrentNetwork<Scalar>& network, const RandomStream& stream) {
  feedback_.begin(network, stream);
  relative_cost_ = guessed_cost(network.cell().traits());
  if (axes_.path == RecurrentPath::random)
    credit_.weights = random_weights<Scalar>(stream.substream(0), network.n_units());
}

template <class Scalar>
void CreditRule<Scalar>::add_gradient(const TemporalContext<Scalar>& context, ParameterSet<Scalar>& gradient) {
  auto& network = context.network;
  const Matrix<Scalar>& feedback = feedback_.weights(network, context.update);
  if (carries_traces()) {
    if (context.first_step == 0) traces_.begin(network, context.batch.n_trials);
    traces_.add_gradient(network, context.batch.inputs, context.output_error, feedback, context.direct, gradient);
    return;
  }
  if (axes_.path == RecurrentPath::cell_type)
    credit_.weights = cell_type_averages(network.cell().effective_weights(network.parameters()),
                                         network.cell().traits(), axes_.n_types);
  network.backward(context.batch.inputs, context.output_error, feedback, context.direct, credit_, gradient);
}

template <class Scalar>
void CreditRule<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit_part("feedback", feedback_);
  if (axes_.path == RecurrentPath::random) visitor.visit("path_weights", credit_.weights);
}

template class CreditRule<float>;
template class CreditRule<double>;

}  // namespace cohort
