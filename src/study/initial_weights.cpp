#include <cohort/study/initial_weights.hpp>

#include <cohort/study/run_executor.hpp>

namespace cohort {

std::vector<InitialWeights> initial_weights(const Study& study, const Design& design, std::size_t most) {
  constexpr Index most_units = 1000;
  std::vector<InitialWeights> result;
  for (const std::size_t first : design.first_of_each(Factor::architecture, Factor::initialization)) {
    if (result.size() == most) break;
    const Run run = design[first];
    if (network_size(study, run).n_units > most_units) continue;
    result.push_back({level_of(study, run, Factor::architecture).text,
                      level_of(study, run, Factor::initialization).text,
                      weight_summary(*make_network<float>(study, run))});
  }
  return result;
}

}  // namespace cohort
