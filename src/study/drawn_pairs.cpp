#include <cohort/study/drawn_pairs.hpp>

#include <cohort/core/hash.hpp>

#include <algorithm>
#include <cstdint>
#include <queue>
#include <set>

namespace cohort {
namespace {

constexpr std::uint64_t kSeedOfSecondHash = 0x70616972;

/// A run on a ring of 2^64 places: where it stands, and where it begins to look for others.
struct Place {
  std::uint64_t own, start;
  std::size_t run;
};

/// The next other run that one run has not looked at, in the order of places behind its start.
struct Look {
  std::uint64_t number;  ///< how far behind
  std::size_t from, at, n_left;
  bool operator>(const Look& other) const { return number != other.number ? number > other.number : from > other.from; }
};

std::vector<Place> places_of(const std::vector<std::string>& keys) {
  std::vector<Place> places;
  places.reserve(keys.size());
  for (std::size_t run = 0; run < keys.size(); ++run)
    places.push_back({hash64(keys[run]), hash64(keys[run], kSeedOfSecondHash), run});
  std::ranges::sort(places, {}, &Place::own);
  return places;
}

}  // namespace

std::size_t n_all_pairs(std::size_t n_runs) { return n_runs < 2 ? 0 : n_runs * (n_runs - 1) / 2; }

std::vector<RunPair> drawn_pairs(const std::vector<std::string>& keys, std::size_t n) {
  const std::vector<Place> places = places_of(keys);
  n = std::min(n, n_all_pairs(places.size()));
  std::priority_queue<Look, std::vector<Look>, std::greater<>> looks;
  for (std::size_t from = 0; from < places.size() && n > 0; ++from) {
    const auto first = std::ranges::lower_bound(places, places[from].start, {}, &Place::own);
    const auto at = static_cast<std::size_t>(first - places.begin()) % places.size();
    looks.push({places[at].own - places[from].start, from, at, places.size()});
  }
  std::set<RunPair> drawn;
  while (drawn.size() < n) {
    Look look = looks.top();
    looks.pop();
    const auto [first, second] = std::minmax(places[look.from].run, places[look.at].run);
    if (first != second) drawn.insert({first, second});
    if (--look.n_left == 0) continue;
    look.at = (look.at + 1) % places.size();
    look.number = places[look.at].own - places[look.from].start;
    looks.push(look);
  }
  return {drawn.begin(), drawn.end()};
}

std::vector<RunPair> drawn_pairs(const Design& design, const PairChoice& choice) {
  std::vector<std::string> keys;
  keys.reserve(design.size());
  for (const Run& run : design) keys.push_back(run.key);
  return drawn_pairs(keys, choice.n);
}

}  // namespace cohort
