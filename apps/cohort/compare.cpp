#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/recordings/recording_formats.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/similarity/measures.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cohort::app {
namespace {

struct Arguments {
  std::array<std::string, 2> files;
  std::vector<std::string> axes;  ///< as written: none, one for both files, or one each
  std::vector<std::string> measures{"procrustes"};
  bool is_json = false;
};

/// One measure of the two, or why it has none.
struct Compared {
  std::string measure;
  MeasureValue value = no_value();
  double normalized = std::numeric_limits<double>::quiet_NaN();
  std::string reason{};
};

/// One --axes for two files is meant for those with as many dimensions; two are meant for A and for B.
std::array<Recording, 2> recordings_of(const Arguments& arguments) {
  if (arguments.axes.size() > 2)
    throw UserError(fmt::format("--axes is given {} times", arguments.axes.size()), "there are two files", "");
  const bool is_one_for_both = arguments.axes.size() == 1;
  std::array<Recording, 2> recordings;
  bool is_used = arguments.axes.empty();
  for (std::size_t file = 0; file < 2; ++file) {
    const RecordedArray array = read_recorded_array(arguments.files[file]);
    Axes axes;
    if (!arguments.axes.empty()) axes = parse_axes(arguments.axes[is_one_for_both ? 0 : file]);
    if (is_one_for_both && axes.size() != array.numbers.shape.size()) axes.clear();
    is_used = is_used || !axes.empty();
    recordings[file] = recording_from(array, arguments.files[file], axes);
  }
  if (!is_used)
    throw UserError(
        fmt::format("--axes {} fits neither file", arguments.axes.front()),
        fmt::format("they have {} and {} dimensions", recordings[0].shape.size(), recordings[1].shape.size()));
  return recordings;
}

/// An array that could be read otherwise: as it was stored, nothing named.
bool is_open(const Recording& recording) { return !recording.axes_are_given && recording.shape.size() < 4; }

/// One whose samples may stand along either axis.
bool is_flat(const Recording& recording) { return is_open(recording) && recording.shape.size() == 2; }

/// Throws UserError where samples x units and units x samples both go together, or only the latter does. More samples
/// than units in both is taken for what it looks like, and said.
void refuse_doubt(const Recording& a, const Recording& b) {
  const auto numbers = [](const Recording& recording, bool transposed) {
    return transposed ? recording.n_units() : recording.n_samples();
  };
  const bool as_they_are = numbers(a, false) == numbers(b, false);
  bool otherwise = false;
  for (const bool turn_a : {false, true})
    for (const bool turn_b : {false, true})
      if ((turn_a || turn_b) && (is_flat(a) || !turn_a) && (is_flat(b) || !turn_b))
        otherwise = otherwise || numbers(a, turn_a) == numbers(b, turn_b);
  if (!otherwise) return;
  const auto looks_usual = [](const Recording& r) { return !is_flat(r) || r.n_samples() > r.n_units(); };
  if (as_they_are && looks_usual(a) && looks_usual(b)) return;
  const auto text = [](const Recording& r) { return fmt::format("{} ({})", r.source, fmt::join(r.shape, " x ")); };
  throw UserError(fmt::format("{} and {} can be read in two ways", text(a), text(b)),
                  "samples x units, or units x samples",
                  "Say which: --axes samples,units, --axes units,time or --axes units,samples; twice for A and for B.");
}

void say_how_it_was_read(const Recording& recording) {
  if (is_open(recording))
    fmt::print(stderr, "note: {} was read as {}; say otherwise with --axes\n", recording.source,
               axes_text(recording.axes, recording.shape));
}

Compared compared(const std::string& name, const Representation& a, const Representation& b) {
  Compared result{name};
  const auto measure = measures().make(name);
  try {
    result.value = distance_and_interval(*measure, a, b);
    result.normalized = measure->normalized(result.value.value);
    if (std::isnan(result.value.value)) result.reason = reason_of(result.value.reason);
  } catch (const UserError& error) {
    result.reason = error.what();
  }
  return result;
}

nlohmann::json json_of(const Recording& recording) {
  return {{"file", recording.source},
          {"axes", recording.axes},
          {"shape", recording.shape},
          {"samples", recording.n_samples()},
          {"units", recording.n_units()}};
}

nlohmann::json json_of(const Compared& compared) {
  nlohmann::json json{{"measure", compared.measure}};
  if (!compared.reason.empty()) {
    json["value"] = json["normalized"] = nullptr;
    json["reason"] = compared.reason;
    return json;
  }
  json["value"] = compared.value.value;
  json["normalized"] = compared.normalized;
  if (compared.value.interval) json["interval"] = {compared.value.interval->low, compared.value.interval->high};
  return json;
}

std::string text_of(const Compared& compared) {
  if (!compared.reason.empty()) return fmt::format("{}  -  ({})\n", compared.measure, compared.reason);
  std::string text =
      fmt::format("{}  {:.15g}  normalized {:.15g}", compared.measure, compared.value.value, compared.normalized);
  if (const auto& interval = compared.value.interval)
    text += fmt::format("  in [{:.15g}, {:.15g}]", interval->low, interval->high);
  return text + "\n";
}

int compare(const Arguments& arguments) {
  auto [a, b] = recordings_of(arguments);
  refuse_doubt(a, b);
  if (!a.conditions.empty() && !b.conditions.empty()) b = in_order_of(std::move(b), a.conditions);
  const Representation first = representation_of(a), second = representation_of(b);
  // Conditions and times that only multiply to the same number would be compared with each other.
  if (first.n_conditions() > 0 && second.n_conditions() > 0 && first.n_conditions() != second.n_conditions())
    throw UserError(fmt::format("{} and {} conditions cannot be compared", first.n_conditions(), second.n_conditions()),
                    fmt::format("{} and {}", axes_text(a.axes, a.shape), axes_text(b.axes, b.shape)),
                    "Use the same conditions and times for both; --axes says what the axes of an array are.");
  if (first.n_samples() != second.n_samples())
    throw UserError(fmt::format("{} and {} samples cannot be compared", first.n_samples(), second.n_samples()),
                    fmt::format("{} and {}; sample i of one must be sample i of the other", axes_text(a.axes, a.shape),
                                axes_text(b.axes, b.shape)),
                    "Use the same conditions and times for both.");
  std::vector<Compared> results;
  for (const std::string& name : arguments.measures) results.push_back(compared(name, first, second));
  if (arguments.is_json) {
    nlohmann::json json{{"a", json_of(a)}, {"b", json_of(b)}, {"measures", nlohmann::json::array()}};
    for (const Compared& result : results) json["measures"].push_back(json_of(result));
    fmt::print("{}\n", json.dump(2));
    return kAllDone;
  }
  for (const Recording* recording : {&a, &b}) {
    say_how_it_was_read(*recording);
    for (const std::string& remark : recording->remarks) fmt::print(stderr, "note: {}\n", remark);
    fmt::print("{}: {}  {} samples x {} units\n", recording == &a ? "A" : "B", recording->source,
               recording->n_samples(), recording->n_units());
  }
  for (const Compared& result : results) fmt::print("{}", text_of(result));
  return kAllDone;
}

}  // namespace

Command add_compare(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(program, {"compare",
                                        "similarity of two recordings or representations (see: cohort list formats)",
                                        {"cohort compare m1.npy network.npy --measure procrustes",
                                         "cohort compare day1.npy day2.npy --axes units,time --json"},
                                        {{kAllDone, "compared"}}});
  words->add_option("A", arguments->files[0], "3-D is [units, time, conditions], 2-D is [samples, units]")->required();
  words->add_option("B", arguments->files[1], "the same samples, any number of units")->required();
  words
      ->add_option("--axes", arguments->axes,
                   "names of the axes: units, time, conditions, trials, samples; once for "
                   "both files, or twice for A and for B")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  words->add_option("--measure", arguments->measures, "measures, see: cohort list measures");
  words->add_flag("--json", arguments->is_json, "as JSON, all digits");
  return {words, [arguments] { return compare(*arguments); }};
}

}  // namespace cohort::app
