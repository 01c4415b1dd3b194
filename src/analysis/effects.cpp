#include <cohort/analysis/effects.hpp>

#include "stored_distances.hpp"

#include <cohort/analysis/run_distances.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/similarity/effects.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>

namespace cohort {
namespace {

constexpr std::size_t kLeastSeeds = 3;  // for an interval

std::uint64_t hash_of(const void* data, std::size_t bytes, std::uint64_t seed) {
  return hash64(std::span(static_cast<const std::byte*>(data), bytes), seed);
}

std::uint64_t fingerprint(const FactorialLabels& labels, const std::string& options) {
  std::uint64_t hash = hash64(options);
  const auto add = [&](const FactorLabels& factor) {
    hash = hash64(factor.name, hash);
    for (const std::string& level : factor.levels) hash = hash64(level, hash);
    hash = hash_of(factor.level_of.data(), factor.level_of.size() * sizeof(int), hash);
  };
  for (const FactorLabels& factor : labels.factors) add(factor);
  add(labels.block);
  return hash;
}

/// The labels of some runs: levels that occur among them, of factors of which two do, and the blocks that occur.
struct SelectedLabels {
  FactorialLabels labels{};
  std::vector<std::size_t> factors{};      ///< [factor of labels] its number among all
  std::vector<std::vector<int>> levels{};  ///< [factor of labels][level] its number among all of the factor
  std::vector<int> blocks{};               ///< [block of labels] its number among all
};

/// The levels of `factor` that occur among `runs`, renumbered. `numbers` gets what they were.
FactorLabels occurring(const FactorLabels& factor, const std::vector<std::size_t>& runs, std::vector<int>& numbers) {
  std::set<int> there;
  for (const std::size_t run : runs) there.insert(factor.level_of[run]);
  numbers.assign(there.begin(), there.end());
  FactorLabels result{factor.name, {}, {}};
  for (const int level : numbers) result.levels.push_back(factor.levels[static_cast<std::size_t>(level)]);
  for (const std::size_t run : runs)
    result.level_of.push_back(
        static_cast<int>(std::lower_bound(numbers.begin(), numbers.end(), factor.level_of[run]) - numbers.begin()));
  return result;
}

SelectedLabels selected_labels(const FactorialLabels& all, const std::vector<std::size_t>& runs) {
  SelectedLabels result;
  for (std::size_t factor = 0; factor < all.factors.size(); ++factor) {
    std::vector<int> numbers;
    FactorLabels own = occurring(all.factors[factor], runs, numbers);
    if (own.levels.size() < 2) continue;
    result.labels.factors.push_back(std::move(own));
    result.factors.push_back(factor);
    result.levels.push_back(std::move(numbers));
  }
  result.labels.block = occurring(all.block, runs, result.blocks);
  return result;
}

std::vector<std::size_t> all_of(const std::vector<bool>& usable) {
  std::vector<std::size_t> runs;
  for (std::size_t run = 0; run < usable.size(); ++run)
    if (usable[run]) runs.push_back(run);
  return runs;
}

}  // namespace

Description Effects::description() {
  Description d;
  d.name = "effects";
  d.summary = "which factor explains the distances between networks, and numbers of each; [effects]";
  d.equation = "/similarity/effects [subject, level, subdesign, term]";
  d.reference = "Anderson 2001, doi:10.1111/j.1442-9993.2001.01070.pp.x; cross-seed R² and its interval: see the page";
  return d;
}

AnalysisList Effects::asked_for(const AnalysisInputs& inputs) {
  AnalysisList list;
  const EffectSettings& asked = inputs.study.effects;
  const bool has_subjects = (asked.distances && !inputs.study.similarity.measures.empty()) || !asked.responses.empty();
  if (!has_subjects || inputs.samples.n_runs() > most_runs) return list;
  const EffectDesign design = inputs.effect_design();
  if (design.has_effects() && design.seed.levels.size() <= most_seeds)
    list.push_back(std::make_unique<Effects>(design));
  return list;
}

Effects::Effects(const EffectDesign& design) : design_(design), responses_(response_columns(design)) {
  if (design.settings.distances) {
    for (const std::string& variant : design.measures) {
      measures_.push_back(NamedMeasure(variant).with_tolerance(design.tolerance));
      const std::string name = measures_.back().name();
      subjects_.push_back(name.substr(name.find('/') + 1));
    }
  }
  for (const ResponseColumn& response : responses_) subjects_.push_back(response.name);
  const std::string options =
      fmt::format("effects {} permutations {}", description().version, design.settings.permutations);
  for (const EffectFactors& factors : effect_factors(design)) {
    views_.emplace_back(factors, subjects_, design.levels);
    fingerprints_.push_back(fingerprint(factors.labels, options));
  }
}

Schema Effects::datasets() const {
  Schema schema;
  for (const EffectLayout& view : views_) schema.append(view.schema());
  return schema;
}

std::size_t Effects::n_items() const {
  return views_.size() * (measures_.size() + responses_.size()) * design_.levels.size() * 2;
}

Effects::Item Effects::item_of(std::size_t item) const {
  const std::size_t n_levels = design_.levels.size(), n_subjects = measures_.size() + responses_.size();
  return {item / 2 / n_levels / n_subjects, item / 2 / n_levels % n_subjects, item / 2 % n_levels, item % 2 == 0};
}

EffectPlace Effects::place(const Item& item) const {
  return {item.subject, item.level, item.is_complete ? std::size_t{0} : std::size_t{1}};
}

std::string Effects::item_name(std::size_t number) const {
  const Item item = item_of(number);
  return fmt::format("{} at {}, {}, {}", subjects_[item.subject], design_.levels[item.level],
                     item.view == 0 ? "factors" : "parameters", item.is_complete ? "without holes" : "all runs");
}

double Effects::cost(std::size_t number) const {
  const Item item = item_of(number);
  const auto n = static_cast<double>(design_.n_runs);
  const double tests =
      100 * static_cast<double>(design_.settings.permutations) * static_cast<double>(views_[item.view].n_terms());
  return 1000 + tests + (is_of_distances(item) ? 50 * n * n : 100 * n);
}

std::vector<BlockPlace> Effects::places(std::size_t number) const {
  const Item item = item_of(number);
  return views_[item.view].places(place(item));
}

std::vector<BlockPlace> Effects::made_from_places(std::size_t number) const {
  const Item item = item_of(number);
  return {views_[item.view].made_from_place(place(item))};
}

bool Effects::says_nothing(const Item& item) const {
  return !is_of_distances(item) && response(item).is_of_matched_levels && !is_matched_level(design_.levels[item.level]);
}

std::vector<std::uint64_t> Effects::made_from(std::size_t number, const FinishedRuns& runs) const {
  const Item item = item_of(number);
  std::vector<std::uint64_t> checksums;
  for (std::size_t run = 0; run < runs.size(); ++run) checksums.push_back(runs.checksum(run));
  const bool is_any_finished = std::any_of(checksums.begin(), checksums.end(), [](auto sum) { return sum != 0; });
  if (!is_any_finished) return {0};
  std::uint64_t hash = hash64(design_.levels[item.level], fingerprints_[item.view]);
  hash = hash64(item.is_complete ? "complete" : "all", hash);
  if (is_of_distances(item)) {
    // These, and the version, are what every distance says it was made from.
    hash = hash64("distances", hash ^ RunDistances::version(measures_[item.subject], design_.distance_type));
    hash = hash_of(checksums.data(), checksums.size() * sizeof(std::uint64_t), hash);
  } else if (!says_nothing(item)) {
    const std::vector<double> values = response(item).values(runs, item.level);
    hash = hash_of(values.data(), values.size() * sizeof(double), hash64(response(item).name, hash));
  }
  return {std::max<std::uint64_t>(1, hash)};
}

namespace {

/// Of runs that can be compared, those that cannot at the layer of a measure: their distance to themselves is NaN.
void leave_out_without_layer(const FinishedRuns& runs, const NamedMeasure& measure, std::size_t level,
                             std::vector<bool>& usable) {
  if (!measure.layer()) return;
  for (std::size_t run = 0; run < usable.size(); ++run)
    if (usable[run])
      usable[run] = std::isfinite(runs.read<double>("/" + measure.name(), {level, run, run}, {1, 1, 1}).front());
}

}  // namespace

std::vector<bool> Effects::usable_runs(const Item& item, const FinishedRuns& runs,
                                       std::vector<double>& responses) const {
  if (is_of_distances(item)) {
    std::vector<bool> usable = comparable_runs(runs, item.level);
    leave_out_without_layer(runs, measures_[item.subject], item.level, usable);
    return usable;
  }
  responses = response(item).values(runs, item.level);
  std::vector<bool> usable;
  for (const double value : responses) usable.push_back(std::isfinite(value));
  return usable;
}

void Effects::fill_table(const Item& item, const FinishedRuns& runs, const std::vector<std::size_t>& selected,
                         const std::vector<double>& responses, const StopCheck& stop, EffectRow& row) const {
  const EffectLayout& view = views_[item.view];
  const SelectedLabels own = selected_labels(view.labels(), selected);
  row.put("n_runs", static_cast<double>(selected.size()));
  if (own.labels.factors.empty()) return row.put_reason(EffectReason::undefined);
  EffectOptions options;
  options.n_random = static_cast<std::size_t>(design_.settings.permutations);
  options.stream_name = fmt::format("effects {} {} {} {}", subjects_[item.subject], design_.levels[item.level],
                                    view.group(), item.is_complete);
  if (is_of_distances(item)) {
    const StoredDistances distances(runs, measures_[item.subject], design_.distance_type, item.level, selected, stop);
    const EffectTable table = effects_of_distances(distances, own.labels, options);
    if (!table.undefined.empty()) return row.put_reason(EffectReason::undefined);
    row.put_table(table, own.factors, own.blocks);
    return row.put_reason(EffectReason::computed);
  }
  std::vector<double> values;
  for (const std::size_t run : selected) values.push_back(responses[run]);
  if (std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); }))
    return row.put_reason(EffectReason::does_not_vary);
  const ResponseTable table = effects_of_response(values, own.labels, options);
  row.put_reason(table.effects.undefined.empty() ? EffectReason::computed : EffectReason::undefined);
  if (!table.effects.undefined.empty()) return;
  row.put_table(table.effects, own.factors, own.blocks);
  row.put_contrasts(table.contrasts, own.factors, own.levels);
}

void Effects::fill(const Item& item, const FinishedRuns& runs, const StopCheck& stop, EffectRow& row) const {
  const FactorialLabels& labels = views_[item.view].labels();
  row.put("kind", is_of_distances(item) ? 1 : 2);
  if (says_nothing(item)) return row.put_reason(EffectReason::not_at_this_level);
  std::vector<double> responses;
  const std::vector<bool> usable = usable_runs(item, runs, responses);
  const std::vector<std::size_t> all = all_of(usable);
  row.put("n_usable", static_cast<double>(all.size()));
  row.put_levels(labels, usable);
  if (all.empty()) return row.put_reason(EffectReason::no_values);
  const std::size_t n_seeds = labels.block.levels.size();
  const CompleteSubdesign complete = complete_subdesign(labels, usable, std::min(kLeastSeeds, n_seeds));
  ask(stop);
  if (item.is_complete) {
    row.put_subdesign(complete);
    if (!complete.exists()) return row.put_reason(EffectReason::no_complete_subdesign);
    row.put_means(labels, complete.runs, responses);
    return fill_table(item, runs, complete.runs, responses, stop, row);
  }
  if (complete.runs == all) return row.put_reason(EffectReason::nothing_missing);
  row.put_means(labels, all, responses);
  fill_table(item, runs, all, responses, stop, row);
}

void Effects::compute(std::size_t number, const FinishedRuns& runs, const std::vector<bool>&, const StopCheck& stop,
                      ItemValues& values) const {
  const Item item = item_of(number);
  EffectRow row(views_[item.view]);
  try {
    if (made_from(number, runs).front() != 0) fill(item, runs, stop, row);
  } catch (const UndefinedDistance&) {
    row.put_reason(EffectReason::undefined_distances);
  }
  row.write(values);
}

std::vector<std::string> Effects::warnings() const {
  std::vector<std::string> lines;
  const std::size_t n_seeds = design_.seed.levels.size();
  if (n_seeds < kLeastSeeds)
    lines.push_back(fmt::format("effects of factors will have no intervals: {} seed{}, and three are needed", n_seeds,
                                n_seeds == 1 ? "" : "s"));
  return lines;
}

}  // namespace cohort
