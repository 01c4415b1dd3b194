#include "commands.hpp"
#include "effects_json.hpp"
#include "effects_text.hpp"

#include <cohort/core/csv_table.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>
#include <cohort/recordings/npy_array.hpp>
#include <cohort/similarity/effects.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cohort::app {
namespace {

struct Arguments {
  std::vector<std::string> files;  ///< distances and labels, or labels alone
  std::string response, block;     ///< columns; empty: none, and the one called seed
  std::vector<std::string> factors;
  std::string permutations = "synchronized", model = "block";
  bool is_json = false;
};

/// The choice called `name`. Throws UserError that lists the known ones.
template <class Choice>
Choice choice_of(const std::string& option, const std::string& name, const std::map<std::string, Choice>& known) {
  if (const auto found = known.find(name); found != known.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [one, choice] : known) names.push_back(one);
  throw UserError(fmt::format("{} {} is not known", option, name), fmt::format("known: {}", fmt::join(names, ", ")),
                  did_you_mean(name, names));
}

EffectOptions options_of(const Arguments& arguments) {
  EffectOptions options;
  options.permutations = choice_of<EffectPermutations>("--permutations", arguments.permutations,
                                                       {{"synchronized", EffectPermutations::synchronized},
                                                        {"free", EffectPermutations::free},
                                                        {"none", EffectPermutations::none}});
  options.model = choice_of<EffectModel>(
      "--model", arguments.model,
      {{"main", EffectModel::main}, {"block", EffectModel::block}, {"two_way", EffectModel::two_way}});
  return options;
}

/// The whole text as a number, if it is a finite one.
std::optional<double> number_of(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// The texts that occur: numbers by their value, others in the order of the runs.
std::vector<std::string> levels_of(const std::vector<std::string>& texts) {
  std::vector<std::string> levels;
  std::set<std::string> known;
  for (const std::string& text : texts)
    if (known.insert(text).second) levels.push_back(text);
  if (std::all_of(levels.begin(), levels.end(), [](const auto& text) { return number_of(text).has_value(); }))
    std::stable_sort(levels.begin(), levels.end(),
                     [](const auto& a, const auto& b) { return *number_of(a) < *number_of(b); });
  return levels;
}

FactorLabels labels_in(const CsvTable& table, const std::string& name) {
  const std::size_t column = table.column(name);
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    texts.push_back(table.rows[row][column]);
    if (texts.back().empty())
      throw UserError(fmt::format("column '{}' is empty", name), "", "Leave runs without a label out.",
                      {table.source, table.line_of[row], 0});
  }
  FactorLabels factor{name, levels_of(texts), {}};
  std::map<std::string, int> level_of;
  for (const std::string& level : factor.levels) level_of.emplace(level, static_cast<int>(level_of.size()));
  for (const std::string& text : texts) factor.level_of.push_back(level_of.at(text));
  return factor;
}

/// The column of the seeds; empty for none.
std::string block_name(const Arguments& arguments, const CsvTable& table) {
  if (arguments.block == "none") return {};
  if (!arguments.block.empty()) return table.columns[table.column(arguments.block)];
  const bool has_seed = std::find(table.columns.begin(), table.columns.end(), "seed") != table.columns.end();
  return has_seed ? "seed" : "";
}

/// The factors asked for, or all columns but the seed and the response; each must be one.
FactorialLabels factorial_labels(const Arguments& arguments, const CsvTable& table) {
  const std::string block = block_name(arguments, table);
  std::vector<std::string> names = arguments.factors;
  if (names.empty())
    std::copy_if(table.columns.begin(), table.columns.end(), std::back_inserter(names),
                 [&](const std::string& name) { return name != block && name != arguments.response; });
  FactorialLabels labels;
  for (const std::string& name : names) {
    FactorLabels factor = labels_in(table, name);
    const char* const remedy = "Name the columns that are factors: --factors a,b.";
    if (name == arguments.response) throw UserError(fmt::format("'{}' is a factor and the response", name));
    if (factor.levels.size() == table.rows.size() && factor.levels.size() > 1)
      throw UserError(fmt::format("column '{}' is different in every run", name), "so it is no factor", remedy,
                      {table.source, 0, 0});
    if (factor.levels.size() == 1)
      throw UserError(fmt::format("factor '{}' has one level, '{}'", name, factor.levels.front()),
                      "an effect is a difference between levels", remedy, {table.source, 0, 0});
    labels.factors.push_back(std::move(factor));
  }
  if (!block.empty()) labels.block = labels_in(table, block);
  if (table.rows.empty())
    throw UserError("there are no runs", "", "One line per run follows the names.", {table.source, 0, 0});
  try {
    check(labels);
  } catch (const UserError& error) {
    throw error.at({table.source, 0, 0});
  }
  return labels;
}

[[noreturn]] void refuse(const std::string& file, const std::string& problem, const std::string& why,
                         const std::string& suggestion = "") {
  throw UserError(problem, why, suggestion, {file, 0, 0});
}

/// Throws UserError unless the pair's two numbers are one distance.
void check_pair(const std::string& file, const MatrixXd& distances, Index i, Index j, double rounding) {
  const double one = distances(i, j), other = distances(j, i);
  for (const double value : {one, other}) {
    if (!std::isfinite(value))
      refuse(file, fmt::format("the distance of runs {} and {} is {}", j, i, value), "every pair needs a number",
             "Leave runs without distances out, of the labels too.");
    if (value < 0) refuse(file, fmt::format("the distance of runs {} and {} is {}", j, i, value), "negative");
  }
  if (i == j && one > rounding)
    refuse(file, fmt::format("the distance of run {} to itself is {}, not 0", i, one), "is it a similarity?");
  if (std::abs(one - other) > rounding)
    refuse(file, fmt::format("the distances of runs {} and {} differ: {} and {}", j, i, other, one),
           "a matrix of distances is symmetric");
}

/// The matrix in the file, with what differs by rounding alone averaged. Runs count from 0.
MatrixXd read_distances(const std::string& file, const CsvTable& table) {
  const NpyArray array = read_npy(file);
  if (array.shape.size() != 2 || array.shape[0] != array.shape[1])
    refuse(file, fmt::format("its shape is {}", fmt::join(array.shape, " x ")), "distances are runs x runs");
  if (array.shape[0] != table.rows.size())
    refuse(file, fmt::format("{} runs, and {} labels in {}", array.shape[0], table.rows.size(), table.source),
           "row i of the labels is run i of the distances");
  const auto n = static_cast<Index>(array.shape[0]);
  MatrixXd distances = Eigen::Map<const MatrixXd>(array.values.data(), n, n).transpose();
  const double largest = distances.cwiseAbs().maxCoeff<Eigen::PropagateNumbers>();
  const double rounding = std::max(1e-9, 16 * array.precision) * largest;
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j <= i; ++j) {
      check_pair(file, distances, i, j, rounding);
      distances(i, j) = distances(j, i) = i == j ? 0 : (distances(i, j) + distances(j, i)) / 2;
    }
  return distances;
}

/// Numbers of a column; NaN where a run has none (an empty field, nan, NA).
std::vector<double> read_response(const CsvTable& table, const std::string& name) {
  static const std::set<std::string> missing{"", "nan", "NaN", "NAN", "NA"};
  const std::size_t column = table.column(name);
  std::vector<double> response;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::string& text = table.rows[row][column];
    const std::optional<double> value =
        missing.contains(text) ? std::numeric_limits<double>::quiet_NaN() : number_of(text);
    if (!value)
      throw UserError(fmt::format("'{}' in column '{}' is not a number", text, name), "",
                      "An empty field says that a run has none.", {table.source, table.line_of[row], 0});
    response.push_back(*value);
  }
  return response;
}

/// A response with the labels of the runs that have one.
struct Response {
  FactorialLabels labels;
  ResponseTable table;
  std::vector<std::string> left_out;  ///< factors that have a single level among these runs
  std::size_t n_without = 0;
};

Response effects_of_column(const CsvTable& table, const FactorialLabels& labels, const Arguments& arguments) {
  const std::vector<double> all = read_response(table, arguments.response);
  std::vector<double> response;
  std::vector<std::size_t> runs;
  for (std::size_t run = 0; run < all.size(); ++run)
    if (!std::isnan(all[run])) {
      runs.push_back(run);
      response.push_back(all[run]);
    }
  if (runs.size() < 2)
    throw UserError(fmt::format("{} runs have a number in column '{}'", runs.size(), arguments.response), "",
                    "Effects need two.", {table.source, 0, 0});
  Response result{labels_of(labels, runs), {}, {}, all.size() - runs.size()};
  for (const FactorLabels& factor : labels.factors)
    if (std::none_of(result.labels.factors.begin(), result.labels.factors.end(),
                     [&](const auto& kept) { return kept.name == factor.name; }))
      result.left_out.push_back(factor.name);
  result.table = effects_of_response(response, result.labels, options_of(arguments));
  return result;
}

void say_what_is_missing(const Response& response, const std::string& column) {
  if (response.n_without > 0)
    fmt::print(stderr, "note: {} runs have no number in column '{}' and are left out\n", response.n_without, column);
  for (const std::string& factor : response.left_out)
    fmt::print(stderr, "note: the runs that have one share one level of '{}', which is left out\n", factor);
}

int effects(const Arguments& arguments) {
  const bool has_distances = arguments.files.size() == 2, has_response = !arguments.response.empty();
  if (!has_distances && !has_response)
    throw UserError("one file is given", "there is nothing to explain",
                    "Give DISTANCES.npy and LABELS.csv, or LABELS.csv and --response COLUMN.");
  const EffectOptions options = options_of(arguments);
  const CsvTable table = read_csv(arguments.files.back());
  if (has_response) table.column(arguments.response);
  const FactorialLabels labels = factorial_labels(arguments, table);
  std::optional<EffectTable> of_distances;
  if (has_distances) {
    const MatrixXd distances = read_distances(arguments.files.front(), table);
    of_distances = effects_of_distances(DistanceMatrixSquares(distances), labels, options);
  }
  std::optional<Response> of_response;
  if (has_response) of_response = effects_of_column(table, labels, arguments);
  if (of_response && !arguments.is_json) say_what_is_missing(*of_response, arguments.response);
  if (!labels.has_block() && !arguments.is_json)
    fmt::print(stderr, "note: no column is called seed, so nothing is said across seeds; name it with --block\n");
  nlohmann::json json;
  if (of_distances) json["distances"] = json_of(*of_distances, labels);
  if (of_response) {
    json["response"] = json_of(of_response->table, of_response->labels);
    json["response"]["column"] = arguments.response;
    json["response"]["runs_without"] = of_response->n_without;
  }
  if (arguments.is_json) {
    fmt::print("{}\n", json.dump(2));
    return kAllDone;
  }
  if (of_distances) fmt::print("{}{}", text_of(*of_distances, labels), of_response ? "\n" : "");
  if (of_response) fmt::print("{}\n{}", arguments.response, text_of(of_response->table, of_response->labels));
  return kAllDone;
}

}  // namespace

Command add_effects(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words =
      add_words(program, {"effects",
                          "which factor explains a matrix of distances, or a column of numbers",
                          {"cohort effects distances.npy labels.csv",
                           "cohort effects labels.csv --response error --factors rule,architecture --json"},
                          {{kAllDone, "computed; what is undefined is printed with its reason"}}});
  words
      ->add_option(
          "FILES", arguments->files,
          "DISTANCES.npy (runs x runs) and LABELS.csv, a line per run under a line of names; or LABELS.csv alone")
      ->required()
      ->expected(1, 2);
  words->add_option("--response", arguments->response, "column with a number per run to explain (empty: it has none)");
  words->add_option("--block", arguments->block, "column of the seeds, or none; default: seed, where there is one");
  words->add_option("--factors", arguments->factors, "columns that are factors; default: all others")->delimiter(',');
  words->add_option("--permutations", arguments->permutations,
                    "synchronized (within seeds), free (of all runs, adonis2's null) or none");
  words->add_option("--model", arguments->model,
                    "main (effects and seed), block (and interactions of factors) or two_way (and with the seed)");
  words->add_flag("--json", arguments->is_json, "as JSON, all digits");
  return {words, [arguments] { return effects(*arguments); }};
}

}  // namespace cohort::app
