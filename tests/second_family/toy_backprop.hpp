#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/learning/layered_rule.hpp>

namespace cohort::test {

/// Backpropagation through the layers of any LayeredNetwork without identities; with random feedback when made as
/// `feedback_alignment`, a name that the recurrent family has too.
template <class Scalar>
class ToyBackprop final : public LayeredRule<Scalar> {
 public:
  static Description description() {
    Description d;
    d.name = "toy_backprop";
    d.family = family_name(NetworkFamily::feedforward);
    d.is_reference = true;
    d.summary = "backpropagation through layers";
    d.axes = "nothing left out";
    d.cost = "O(B N²)";
    d.reference = "made up 2026";
    return d;
  }
  static Description aligned_description() {
    Description d = description();
    d.name = "feedback_alignment";
    d.is_reference = false;
    d.parameters = {ParameterInfo::number("scale", 1, 0, 10, "1", "of the random feedback")};
    return d;
  }

  explicit ToyBackprop(const Parameters& parameters)
      : scale_(parameters.name() == "toy_backprop" ? 0 : parameters.number("scale")) {}

  RuleTraits traits() const override {
    RuleTraits traits;
    traits.is_exact = scale_ == 0;
    return traits;
  }
  void begin(const LayeredNetwork<Scalar>& network, const RandomStream& stream) override {
    feedback_.clear();
    for (const Layer& layer : network.layers()) {
      const auto weights = network.parameters().block(layer.sources[0].weights);
      MatrixXd drawn(weights.rows(), weights.cols());
      RandomStream own = stream.substream(feedback_.size());
      draw_normal(own, scale_, drawn);
      feedback_.push_back(drawn.template cast<Scalar>());
    }
  }
  void add_gradient(const LayeredContext<Scalar>& context, ParameterSet<Scalar>& gradient) override {
    const LayeredNetwork<Scalar>& network = context.network;
    Matrix<Scalar> error = context.output_error;
    for (Index l = static_cast<Index>(network.layers().size()); l > 0; --l) {
      const Layer& layer = network.layers()[static_cast<std::size_t>(l - 1)];
      const Matrix<Scalar> delta = error.cwiseProduct(network.slope_of(l));
      gradient.block(layer.sources[0].weights) += delta * network.activity_of(l - 1).transpose();
      gradient.block(layer.bias) += delta.rowwise().sum();
      if (scale_ == 0)
        error = network.parameters().block(layer.sources[0].weights).transpose() * delta;
      else
        error = feedback_[static_cast<std::size_t>(l - 1)].transpose() * delta;
    }
  }
  void visit_state(StateVisitor& visitor) override {
    for (std::size_t i = 0; i < feedback_.size(); ++i) visitor.visit("feedback " + std::to_string(i), feedback_[i]);
  }

 private:
  double scale_;
  std::vector<Matrix<Scalar>> feedback_;
};

}  // namespace cohort::test
