#include <cohort/similarity/design_terms.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace cohort {
namespace {

const FactorLabels& factor_at(const FactorialLabels& labels, std::size_t factor) {
  return factor < labels.factors.size() ? labels.factors[factor] : labels.block;
}

}  // namespace

bool DesignTerm::contains(const DesignTerm& other) const {
  return std::includes(factors.begin(), factors.end(), other.factors.begin(), other.factors.end());
}

std::vector<DesignTerm> terms_of(const FactorialLabels& labels, EffectModel model) {
  std::vector<DesignTerm> terms;
  const std::size_t n_factors = labels.factors.size(), n_all = n_factors + (labels.has_block() ? 1 : 0);
  for (std::size_t factor = 0; factor < n_all; ++factor) terms.push_back({factor_at(labels, factor).name, {factor}});
  if (model == EffectModel::main) return terms;
  const std::size_t n_crossed = model == EffectModel::two_way ? n_all : n_factors;
  for (std::size_t a = 0; a < n_crossed; ++a)
    for (std::size_t b = a + 1; b < n_crossed; ++b)
      terms.push_back({factor_at(labels, a).name + ":" + factor_at(labels, b).name, {a, b}});
  return terms;
}

RunClasses classes_of(const FactorialLabels& labels, const std::vector<std::size_t>& factors) {
  std::size_t n_classes = 1;
  std::vector<std::uint32_t> class_of(labels.n_runs(), 0);
  for (const std::size_t index : factors) {
    const FactorLabels& factor = factor_at(labels, index);
    for (std::size_t run = 0; run < class_of.size(); ++run)
      class_of[run] = class_of[run] * static_cast<std::uint32_t>(factor.levels.size()) +
                      static_cast<std::uint32_t>(factor.level_of[run]);
    n_classes *= factor.levels.size();
  }
  return RunClasses(std::move(class_of), n_classes);
}

RunClasses occurring_classes_of(const FactorialLabels& labels, const std::vector<std::size_t>& factors) {
  std::map<std::vector<int>, std::uint32_t> number;
  std::vector<std::uint32_t> class_of;
  for (std::size_t run = 0; run < labels.n_runs(); ++run) {
    std::vector<int> levels;
    for (const std::size_t factor : factors) levels.push_back(factor_at(labels, factor).level_of[run]);
    class_of.push_back(number.emplace(std::move(levels), static_cast<std::uint32_t>(number.size())).first->second);
  }
  return RunClasses(std::move(class_of), number.size());
}

}  // namespace cohort
