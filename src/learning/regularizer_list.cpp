#include <cohort/learning/regularizer_list.hpp>

#include <cohort/learning/activity_penalty.hpp>
#include <cohort/learning/l2.hpp>
#include <cohort/learning/rate_penalty.hpp>
#include <cohort/learning/regularizers.hpp>

namespace cohort {

template <class Scalar>
RegularizerList<Scalar>::RegularizerList(const TrainingOptions& options) {
  if (options.activity_penalty > 0)
    regularizers_.push_back(std::make_unique<ActivityPenalty<Scalar>>(options.activity_penalty));
  if (options.rate_penalty > 0)
    regularizers_.push_back(
        std::make_unique<RatePenalty<Scalar>>(options.rate_penalty, options.rate_target_hz, options.rate_penalty_per));
  if (options.l2 != 0) regularizers_.push_back(std::make_unique<L2<Scalar>>(options.l2));
  for (const std::string& variant : options.regularizers)
    regularizers_.push_back(cohort::regularizers<Scalar>().make(variant));
}

template <class Scalar>
void RegularizerList<Scalar>::begin_update() {
  for (const auto& regularizer : regularizers_) regularizer->begin_update();
}

template <class Scalar>
DirectCredit<Scalar> RegularizerList<Scalar>::credit(const RegularizedPass<Scalar>& pass, RegularizerValues& values) {
  DirectCredit<Scalar> direct;
  for (const auto& regularizer : regularizers_) regularizer->add_credit(pass, direct, values.of(regularizer->curve()));
  return direct;
}

template <class Scalar>
void RegularizerList<Scalar>::add_gradient(const ParameterSet<Scalar>& parameters, ParameterSet<Scalar>& gradient,
                                           RegularizerValues& values) {
  for (const auto& regularizer : regularizers_)
    regularizer->add_gradient(parameters, gradient, values.of(regularizer->curve()));
}

template <class Scalar>
void RegularizerList<Scalar>::end_update(double loss) {
  for (const auto& regularizer : regularizers_) regularizer->end_update(loss);
}

template <class Scalar>
void RegularizerList<Scalar>::visit_state(StateVisitor& visitor) {
  for (std::size_t i = 0; i < regularizers_.size(); ++i) visitor.visit_part(std::to_string(i), *regularizers_[i]);
}

template class RegularizerList<float>;
template class RegularizerList<double>;

}  // namespace cohort
