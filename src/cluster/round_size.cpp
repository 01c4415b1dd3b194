#include <cohort/cluster/round_size.hpp>

namespace cohort {

std::size_t size_of_round(const RoundCut& cut) {
  constexpr double most_seconds = 15;
  constexpr std::size_t most_words = 1 << 23;  // 64 MB of values joined at once
  const auto few = static_cast<std::size_t>(4 * cut.n_workers);
  std::size_t n = 0, words = 0;
  double seconds = 0;
  while (n < cut.n_open) {
    words += cut.words(n);
    seconds += cut.cost(n) * cut.seconds_per_cost / cut.n_workers;
    const bool is_first_round = cut.seconds_per_cost == 0;
    if (n > 0 && (words > most_words || seconds > most_seconds || (is_first_round && n >= few))) break;
    ++n;
  }
  return n;
}

}  // namespace cohort
