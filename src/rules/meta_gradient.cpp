#include <cohort/rules/meta_gradient.hpp>

#include <cmath>
#include <limits>

namespace cohort {

template <class Scalar>
Description MetaGradient<Scalar>::description() {
  Description d;
  d.name = "meta_gradient";
  d.is_reference = true;
  d.version = 2;
  d.summary = "gradient of the loss after learning by the coefficients of the learning rule within, forward mode";
  d.equation = "dE/dθ_r = Σ (dE/dy) · dy/dθ_r + λ sign θ_r, dy/dθ_r carried through all changes of the weights";
  d.reference = "Shervani-Tabar & Rosenbaum 2023, doi:10.1038/s41467-023-37562-1";
  d.axes = "nothing left out";
  d.cost = "(terms + 1) times that of learning alone";
  d.parameters = {
      ParameterInfo::number("lambda", 0, 0, 1e6, "1", "λ of λ |Θ|₁, Θ in units of the network's scales"),
      ParameterInfo::number("most_loss", 20, 0, 1e30, "1", "an episode with a larger loss is left out"),
      ParameterInfo::number("clip", 3, 0, 1e6, "1", "each component at most so many times its root mean square; 0: no"),
      ParameterInfo::flag("roll_back", true, "Θ goes back when nothing is left of a batch")};
  return d;
}

template <class Scalar>
MetaGradient<Scalar>::MetaGradient(const Parameters& parameters)
    : lambda_(parameters.number("lambda")),
      most_loss_(parameters.number("most_loss")),
      clip_(parameters.number("clip")),
      rolls_back_(parameters.flag("roll_back")) {}

template <class Scalar>
void MetaGradient<Scalar>::begin(const PlasticMlp<Scalar>& network, const RandomStream&) {
  n_seen_ = 0;
  square_ = Vector<double>::Zero(network.parameters().values.size());
  kept_ = before_ = network.parameters().values;
}

template <class Scalar>
bool MetaGradient<Scalar>::is_left_out(const Context& context, Index trial, const VectorXd& losses) const {
  if (context.network.has_diverged()[static_cast<std::size_t>(trial)]) return true;
  const double share = static_cast<double>(context.batch.n_trials);  // of the batch, one trial's weight
  return !(losses[trial] * share <= most_loss_);
}

template <class Scalar>
void MetaGradient<Scalar>::add_gradient(const Context& context, ParameterSet<Scalar>& gradient) {
  const Index n_trials = context.batch.n_trials, n_steps = context.batch.n_steps;
  const VectorXd losses = context.objective.trial_losses(context.batch, context.activity.outputs, context.total_weight);
  look_at_angles(context);
  n_skipped_ = n_clipped_ = n_rolled_back_ = 0;
  Vector<Scalar> own = Vector<Scalar>::Zero(gradient.values.size());
  for (Index trial = 0; trial < n_trials; ++trial) {
    if (is_left_out(context, trial, losses)) {
      ++n_skipped_;
      continue;
    }
    const auto columns = Eigen::seqN(trial, n_steps, n_trials);
    for (Index r = 0; r < own.size(); ++r)
      own[r] += context.output_error(Eigen::all, columns)
                    .cwiseProduct(context.network.output_derivative(r)(Eigen::all, columns))
                    .sum();
  }
  is_lost_ = n_skipped_ == static_cast<double>(n_trials) || !own.allFinite();
  if (rolls_back_) roll_back(context);
  if (is_lost_) return;
  if (clip_ > 0) clip(own);
  gradient.values += own;
  gradient.values.array() += static_cast<Scalar>(lambda_) * context.network.parameters().values.array().sign();
}

template <class Scalar>
void MetaGradient<Scalar>::look_at_angles(const Context& context) {
  constexpr std::uint64_t period = 10;
  first_angle_ = last_angle_ = std::numeric_limits<double>::quiet_NaN();
  if (context.update % period != 0 || context.batch.classes.empty()) return;
  const std::vector<double> angles = context.network.query_angles(context.batch.inputs, context.batch.classes);
  if (angles.empty()) return;
  first_angle_ = angles.front();
  last_angle_ = angles.back();
}

template <class Scalar>
void MetaGradient<Scalar>::clip(Vector<Scalar>& gradient) {
  constexpr double decay = 0.99;
  ++n_seen_;
  for (Index r = 0; r < gradient.size(); ++r) {
    const auto value = static_cast<double>(gradient[r]);
    const double correction = 1 - std::pow(decay, static_cast<double>(n_seen_ - 1));
    const double most = clip_ * std::sqrt(square_[r] / correction);
    const double kept = n_seen_ > 1 && std::abs(value) > most ? std::copysign(most, value) : value;
    if (kept != value) ++n_clipped_;
    gradient[r] = static_cast<Scalar>(kept);
    square_[r] = decay * square_[r] + (1 - decay) * kept * kept;
  }
}

template <class Scalar>
void MetaGradient<Scalar>::roll_back(const Context& context) {
  Vector<Scalar>& theta = context.network.parameters().values;
  if (is_lost_) {
    n_rolled_back_ = 1;
    theta = kept_;
    before_ = kept_;
    return;
  }
  kept_ = before_;
  before_ = theta;
}

template <class Scalar>
void MetaGradient<Scalar>::visit_state(StateVisitor& visitor) {
  visitor.visit("n_seen", n_seen_);
  visitor.visit("square", square_);
  visitor.visit("kept", kept_);
  visitor.visit("before", before_);
}

template <class Scalar>
std::vector<RuleCurve> MetaGradient<Scalar>::curves() const {
  return {{"meta_gradient_skipped", "episodes left out of the gradient: diverged, or with too large a loss", "1"},
          {"meta_gradient_clipped", "components of the gradient that were cut", "1"},
          {"meta_gradient_rolled_back", "1 where the coefficients were put back", "1"},
          {"meta_gradient_angle_first", "first hidden layer: angle of the queries' credit through feedback and weights",
           "degree"},
          {"meta_gradient_angle_last", "last hidden layer: angle of the queries' credit through feedback and weights",
           "degree"}};
}

template class MetaGradient<float>;
template class MetaGradient<double>;

}  // namespace cohort
