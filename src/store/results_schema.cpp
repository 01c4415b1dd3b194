#include <cohort/store/results_schema.hpp>

#include "cut_rows.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <string_view>

namespace cohort {
namespace {

constexpr const char* unix_time = "seconds since 1970-01-01T00:00:00Z";  // readers turn this into dates

DatasetInfo number(std::string path, ValueType type, std::vector<std::string> dimensions, std::string units,
                   std::string long_name) {
  return {std::move(path), type, std::move(dimensions), std::move(units), std::move(long_name)};
}

DatasetInfo text(std::string path, std::vector<std::string> dimensions, std::size_t length, std::string long_name) {
  DatasetInfo info{std::move(path), ValueType::text, std::move(dimensions), "", std::move(long_name)};
  info.text_length = length;
  return info;
}

void check_keys(const std::vector<std::string>& keys) {
  constexpr std::size_t key_length = 32;
  expects(std::set<std::string>(keys.begin(), keys.end()).size() == keys.size(), "runs with different keys");
  for (const auto& key : keys) expects(!key.empty() && key.size() <= key_length, "keys of 1 to 32 bytes");
}

void check(const ResultsShape& shape) {
  expects(!shape.keys.empty(), "runs");
  if (shape.keys.is_list()) check_keys(shape.keys.all());
  for (const auto& factor : shape.factors) {
    expects(factor.codes.size() == shape.keys.size(), "one code per run");
    if (!factor.codes.is_list()) continue;
    for (const std::int32_t code : factor.codes.all())
      expects(code >= 0 && static_cast<std::size_t>(code) < factor.levels.size(), "codes with a name");
  }
}

/// The levels as words, which flag_meanings separates by blanks. Two levels never become one word.
std::vector<std::string> words(const std::vector<std::string>& levels) {
  constexpr std::string_view blanks = " \t\r\n";
  std::set<std::string> taken(levels.begin(), levels.end());
  std::vector<std::string> result;
  for (std::string word : levels) {
    if (word.find_first_of(blanks) != word.npos) {
      const std::string suffix = "~" + hash128_hex(word).substr(0, 8);
      for (char& c : word)
        if (blanks.find(c) != blanks.npos) c = '_';
      if (!taken.insert(word).second) word += suffix;
    }
    result.push_back(word);
  }
  return result;
}

/// The name of the level that each run has, beside its code: what a reader selects runs by.
void add_texts(const FactorCodes& factor, std::size_t longest, Schema& schema) {
  DatasetInfo texts = text("/design/" + factor.name + "_text", {"run"}, longest, factor.long_name + ", as text");
  texts.constants = Generated<std::string>(factor.codes.size(), [factor](std::size_t first, std::span<std::string> to) {
    const auto codes = factor.codes.block(first, to.size());
    for (std::size_t i = 0; i < to.size(); ++i)
      to[i] = factor.levels.block(static_cast<std::size_t>(codes[i]), 1).front();
  });
  schema.datasets.push_back(texts);
}

std::size_t longest_name(const FactorCodes& factor) {
  std::size_t longest = 1;
  factor.levels.each_block([&](std::size_t, const std::vector<std::string>& names) {
    for (const std::string& name : names) longest = std::max(longest, name.size());
    return true;
  });
  return longest;
}

/// What the codes of a factor of very many levels stand for.
void add_names(const FactorCodes& factor, std::size_t longest, Schema& schema) {
  const std::string dimension = factor.name + "_level";
  schema.dimensions.push_back({dimension, factor.levels.size(), "code in " + factor.name});
  DatasetInfo names = text("/design/" + factor.name + "_names", {dimension}, longest,
                           fmt::format("what code i in {} stands for", factor.name));
  names.constants = factor.levels;
  schema.datasets.push_back(names);
}

void add_design(const ResultsShape& shape, Schema& schema) {
  schema.dimensions.push_back({"run", shape.keys.size(), "number of the run"});
  for (const auto& factor : shape.factors) {
    DatasetInfo info = number("/design/" + factor.name, ValueType::i32, {"run"}, "1", factor.long_name);
    const bool has_flags = factor.levels.size() <= max_flags;
    if (has_flags) info.flag_meanings = words(factor.levels.all());
    info.constants = factor.codes;
    schema.datasets.push_back(info);
    const std::size_t longest = longest_name(factor);
    if (!has_flags) add_names(factor, longest, schema);
    add_texts(factor, longest, schema);
  }
  DatasetInfo key = text("/design/key", {"run"}, 32, "hash of everything that decides the run's result");
  key.constants = shape.keys;
  schema.datasets.push_back(key);
}

void add_state(std::size_t n_runs, Schema& schema) {
  DatasetInfo status = number("/state/status", ValueType::u8, {"run"}, "1", "how the run ended");
  status.flag_meanings = {"pending", "done", "diverged", "failed"};
  DatasetInfo attempts = number("/state/attempts", ValueType::i32, {"run"}, "1", "times the run was started");
  attempts.constants = Generated<std::int32_t>(
      n_runs, [](std::size_t, std::span<std::int32_t> values) { std::fill(values.begin(), values.end(), 0); });
  schema.datasets.insert(
      schema.datasets.end(),
      {status, attempts, number("/state/rank", ValueType::i32, {"run"}, "1", "rank that made the last attempt"),
       number("/state/started", ValueType::f64, {"run"}, unix_time, "start of the last attempt"),
       number("/state/finished", ValueType::f64, {"run"}, unix_time, "end of the last attempt"),
       number("/state/wall_s", ValueType::f64, {"run"}, "s", "wall time of the last attempt"),
       number("/state/cpu_s", ValueType::f64, {"run"}, "s", "processor time of the last attempt"),
       number("/state/checksum", ValueType::u64, {"run"}, "1", "XXH3 hash of status, curves and snapshots"),
       text("/state/message", {"run"}, 256, "why the run diverged or failed")});
}

void add_curves(const ResultsShape& shape, Schema& schema) {
  if (shape.curves.empty()) return;
  schema.dimensions.push_back({"update", shape.n_updates + 1, "updates made before"});
  for (const auto& curve : shape.curves) {
    schema.datasets.push_back(
        number("/curves/" + curve.name, ValueType::f32, {"run", "update"}, curve.units, curve.long_name));
    schema.datasets.back().comment = curve.comment;
  }
}

void add_raw(Schema& schema) {
  schema.datasets.push_back(number("/snapshots/representation", ValueType::f32, {"run", "level", "sample", "unit"}, "1",
                                   "activity on the evaluation trials, NaN beyond n_units"));
  schema.datasets.back().cell_methods = "trial: mean (over the evaluation trials of the sample's condition)";
}

/// X = 1 meansᵀ + scores · loadingsᵀ, cut.
void add_compressed(const ResultsShape& shape, Schema& schema) {
  schema.dimensions.push_back({"component", shape.n_components, "principal component, by falling size"});
  const std::vector<std::string> of_level{"run", "level"};
  DatasetInfo scores = number(kScores, ValueType::f32, {"run", "level", "component", "sample"}, "1",
                              "activity along each component, NaN beyond n_components");
  scores.comment = "representation [sample, unit] = means + scores' loadings, but for the share `rest` of its norm";
  scores.attributes = {{"tolerance", fmt::format("{}", shape.tolerance)}};
  scores.cell_methods = "trial: mean (over the evaluation trials of the sample's condition)";
  schema.datasets.push_back(scores);
  schema.datasets.push_back(
      number(kMeans, ValueType::f32, {"run", "level", "unit"}, "1", "mean activity of each unit, NaN beyond n_units"));
  schema.datasets.push_back(number(kLoadings, ValueType::f32, {"run", "level", "component", "unit"}, "1",
                                   "direction of each component among the units, NaN beyond n_components and n_units"));
  schema.datasets.push_back(number(kComponents, ValueType::i32, of_level, "1",
                                   "components kept, -1: level never reached, or activity not finite"));
  schema.datasets.push_back(number(kRest, ValueType::f64, of_level, "1",
                                   "norm of what is missing of the deviations from the means, relative to theirs"));
  schema.datasets.back().comment =
      "a distance that is an angle between two networks moves by no more than the sum of their arcsin(rest)";
}

void add_representations(const ResultsShape& shape, Schema& schema) {
  if (shape.n_samples == 0 || shape.max_units == 0) return;
  schema.dimensions.push_back({"sample", shape.n_samples, "condition x time step, time fastest"});
  schema.dimensions.push_back({"unit", shape.max_units, "unit of the network"});
  const auto add_code = [&](const std::string& name, const std::vector<std::int32_t>& codes, const char* long_name) {
    if (codes.empty()) return;
    DatasetInfo info = number("/snapshots/" + name, ValueType::i32, {"sample"}, "1", long_name);
    info.constants = codes;
    schema.datasets.push_back(info);
  };
  add_code("condition", shape.sample_condition, "trial condition of the sample");
  add_code("step", shape.sample_step, "time step of the sample");
  schema.datasets.push_back(number("/snapshots/n_units", ValueType::i32, {"run"}, "1", "units of the network"));
  if (shape.n_components > 0) return add_compressed(shape, schema);
  add_raw(schema);
}

/// The dimension is that of the task's targets.
void add_outputs(const ResultsShape& shape, Schema& schema) {
  if (shape.n_samples == 0 || shape.outputs.empty()) return;
  schema.dimensions.push_back({"output", shape.outputs.size(), "output of the network", "1", shape.outputs});
  schema.datasets.push_back(number("/snapshots/outputs", ValueType::f32, {"run", "level", "sample", "output"}, "1",
                                   "outputs on the evaluation trials; logits where they are classes"));
  schema.datasets.back().cell_methods = "trial: mean (over the evaluation trials of the sample's condition)";
}

void add_parameters(const ResultsShape& shape, Schema& schema) {
  if (shape.max_parameters == 0) return;
  schema.dimensions.push_back({"parameter", shape.max_parameters, "parameter of the network"});
  schema.datasets.push_back(
      number("/snapshots/n_parameters", ValueType::i32, {"run"}, "1", "parameters of the network"));
  schema.datasets.push_back(number("/snapshots/parameters", ValueType::f32, {"run", "level", "parameter"}, "1",
                                   "all parameters of the network, NaN beyond n_parameters"));
  schema.datasets.back().comment = "names, shapes and order of the matrices: /architectures/parameter_*";
  if (shape.max_constants == 0) return;
  schema.dimensions.push_back({"constant", shape.max_constants, "number of the network that is not learned"});
  schema.datasets.push_back(number("/snapshots/constants", ValueType::f32, {"run", "constant"}, "1",
                                   "masks, signs and time constants of the network, NaN-padded"));
  schema.datasets.back().comment = "names, shapes and order: /architectures/constant_*";
}

void add_snapshots(const ResultsShape& shape, Schema& schema) {
  if (shape.levels.empty()) return;
  Dimension level{"level", shape.levels.size(), "matched level at which the snapshot was taken"};
  level.labels = shape.levels;
  schema.dimensions.push_back(level);
  schema.datasets.push_back(number("/snapshots/update", ValueType::i32, {"run", "level"}, "1",
                                   "updates made before the level was reached, -1: never"));
  schema.datasets.push_back(number("/snapshots/error", ValueType::f64, {"run", "level"}, "1",
                                   "error on the evaluation trials at the snapshot, as in /curves/error"));
  if (!shape.chance.empty()) {
    DatasetInfo chance = number("/snapshots/chance", ValueType::f64, {"level"}, "1",
                                "error or accuracy (as the level asks for) of outputs that never change");
    chance.constants = Generated<double>(shape.chance);
    schema.datasets.push_back(chance);
  }
  add_representations(shape, schema);
  add_outputs(shape, schema);
  add_parameters(shape, schema);
}

/// Numbers about each run's network. A file from before there were these has none; their rows stay blank.
void add_networks(Schema& schema) {
  Dimension moment{"moment", 2, "evaluation of the run"};
  moment.labels = {"first", "last"};
  schema.dimensions.push_back(moment);
  const auto add = [&](const char* name, std::vector<std::string> dimensions, const char* long_name,
                       const char* comment) {
    schema.datasets.push_back(
        number(std::string("/networks/") + name, ValueType::f32, std::move(dimensions), "1", long_name));
    schema.datasets.back().comment = comment;
  };
  const char* weights = "of the weights that training starts from, as units feel them: masks, signs and rank included";
  add("initial_radius", {"run"}, "spectral radius of the recurrent weights, of the largest if there are several",
      weights);
  add("initial_norm", {"run"}, "Frobenius norm of all recurrent weights", weights);
  const char* rates =
      "a unit's activity is its mean |rate| over all steps and evaluation trials, of spiking cells its "
      "spikes per step";
  add("mean_rate", {"run", "moment"}, "activity, mean over units", rates);
  add("silent", {"run", "moment"}, "share of units with an activity below 1e-6", rates);
  add("saturated", {"run", "moment"}, "share of units with at least 0.95 of the highest activity there can be", rates);
}

void add_segments(Schema& schema) {
  schema.dimensions.push_back({"segment", max_segments, "start of the job"});
  DatasetInfo n_starts = number("/segments/n_starts", ValueType::i32, {}, "1", "times the job was started");
  n_starts.constants = std::vector<std::int32_t>{0};
  schema.datasets.insert(
      schema.datasets.end(),
      {n_starts, text("/segments/job", {"segment"}, 64, "job id of the scheduler"),
       text("/segments/host", {"segment"}, 128, "host of rank 0"),
       text("/segments/version", {"segment"}, 256, "version, commit and compiler of the program"),
       text("/segments/cpu", {"segment"}, 128, "processor of rank 0"),
       number("/segments/n_ranks", ValueType::i32, {"segment"}, "1", "processes of the job"),
       number("/segments/started", ValueType::f64, {"segment"}, unix_time, "start of the segment"),
       number("/segments/ended", ValueType::f64, {"segment"}, unix_time, "end of the segment, NaN: it was killed"),
       text("/segments/reason", {"segment"}, 128, "why the segment ended")});
}

}  // namespace

Schema results_schema(const ResultsShape& shape) {
  check(shape);
  Schema schema;
  add_design(shape, schema);
  add_state(shape.keys.size(), schema);
  add_curves(shape, schema);
  add_snapshots(shape, schema);
  add_networks(schema);
  add_segments(schema);
  validate(schema);
  return schema;
}

}  // namespace cohort
