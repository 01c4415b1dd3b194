#include "commands.hpp"
#include "compare_scores.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>
#include <cohort/recordings/common_conditions.hpp>
#include <cohort/recordings/missing_values.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/recordings/recording_choice.hpp>
#include <cohort/recordings/recording_formats.hpp>
#include <cohort/recordings/recording_text.hpp>
#include <cohort/report/text_table.hpp>
#include <cohort/similarity/measures.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cohort::app {
namespace {

struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> axes;  ///< as written: none, one for all files, or one each
  std::vector<std::string> measures{"procrustes"};
  ScoreRequest scores;
  RecordingChoice session{};     ///< of files that hold one
  std::vector<double> window{};  ///< of it, from and to
  std::string missing{};         ///< of all files
  bool is_json = false;
  bool only_describe = false;
};

/// One measure of the two, or why it has none.
struct Compared {
  std::string measure;
  MeasureValue value = no_value();
  double normalized = std::numeric_limits<double>::quiet_NaN();
  std::string reason{};
  nlohmann::json scores = nlohmann::json::object();  ///< around the value, see scores()
};

/// A session is binned and smoothed as asked; what is missing is left out, but shown where a file is only described.
Recording treated(Recording recording, const Arguments& arguments) {
  const Missing missing = missing_of(arguments.missing);
  const bool is_shown = arguments.only_describe && missing == Missing::refuse && !missing_text(recording).empty();
  if (is_shown) return recording;
  RecordingChoice choice = arguments.session;
  choice.missing = missing;
  if (recording.step_ms > 0) return chosen(std::move(recording), choice);
  return missing == Missing::refuse ? recording : without_missing(std::move(recording), missing);
}

/// Throws UserError for words about sessions when no file holds one.
void check_sessions(const Arguments& arguments) {
  const RecordingChoice& session = arguments.session;
  if (session.cut().text().empty() && session.time.is_everything()) return;
  for (const std::string& file : arguments.files)
    if (is_session(file)) return;
  throw UserError("--align, --condition, --window, --time-step, --bin and --smooth are of sessions",
                  "no file holds one with a table of trials", "NWB files do, see: cohort list formats");
}

/// One --axes is meant for those files with as many dimensions; several are meant for one file each.
std::vector<Recording> recordings_of(const Arguments& arguments) {
  const std::size_t n = arguments.files.size(), n_axes = arguments.axes.size();
  if (n_axes > 1 && n_axes != n)
    throw UserError(fmt::format("--axes is given {} times", n_axes), fmt::format("there are {} files", n),
                    "Give it once for all files, or once for each.");
  std::vector<Recording> recordings;
  std::vector<std::size_t> dimensions;
  bool is_used = n_axes == 0;
  for (std::size_t file = 0; file < n; ++file) {
    const bool has_session = is_session(arguments.files[file]);
    const RecordedArray array =
        read_recorded_array(arguments.files[file], has_session ? arguments.session.cut() : TrialCut());
    Axes axes;
    if (n_axes > 0) axes = parse_axes(arguments.axes[n_axes == 1 ? 0 : file]);
    if (n_axes == 1 && axes.size() != array.numbers.shape.size()) axes.clear();
    is_used = is_used || !axes.empty();
    recordings.push_back(treated(recording_from(array, arguments.files[file], axes), arguments));
    dimensions.push_back(recordings.back().shape.size());
  }
  if (!is_used)
    throw UserError(fmt::format("--axes {} fits {} file", arguments.axes.front(), n == 2 ? "neither" : "no"),
                    fmt::format("they have {} dimensions", fmt::join(dimensions, " and ")));
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
  if (!compared.scores.empty()) json["scores"] = compared.scores;
  if (compared.value.interval) json["interval"] = {compared.value.interval->low, compared.value.interval->high};
  return json;
}

std::string text_of(const Compared& compared) {
  if (!compared.reason.empty()) return fmt::format("{}  -  ({})\n", compared.measure, compared.reason);
  std::string text =
      fmt::format("{}  {:.15g}  normalized {:.15g}", compared.measure, compared.value.value, compared.normalized);
  if (const auto& interval = compared.value.interval)
    text += fmt::format("  in [{:.15g}, {:.15g}]", interval->low, interval->high);
  return text + "\n" + scores_text(compared.scores);
}

/// Throws UserError unless sample i of one is sample i of the other.
void check_same_samples(const Recording& a, const Recording& b) {
  // Conditions and times that only multiply to the same number would be compared with each other.
  if (a.n_conditions > 0 && b.n_conditions > 0 && a.n_conditions != b.n_conditions)
    throw UserError(fmt::format("{} and {} conditions cannot be compared", a.n_conditions, b.n_conditions),
                    fmt::format("{} and {}", axes_text(a.axes, a.shape), axes_text(b.axes, b.shape)),
                    "Use the same conditions and times for both; --axes says what the axes of an array are.");
  if (a.n_samples() != b.n_samples())
    throw UserError(fmt::format("{} and {} samples cannot be compared", a.n_samples(), b.n_samples()),
                    fmt::format("{} and {}; sample i of one must be sample i of the other", axes_text(a.axes, a.shape),
                                axes_text(b.axes, b.shape)),
                    "Use the same conditions and times for both.");
}

/// Letters of the files: A, B, ..., Z, then numbers.
std::string letter_of(std::size_t file) {
  return file < 26 ? std::string(1, static_cast<char>('A' + file)) : fmt::format("{}", file + 1);
}

void print_files(const std::vector<Recording>& recordings) {
  for (std::size_t file = 0; file < recordings.size(); ++file) {
    const Recording& recording = recordings[file];
    say_how_it_was_read(recording);
    for (const std::string& remark : recording.remarks) fmt::print(stderr, "note: {}\n", remark);
    fmt::print("{}: {}  {} samples x {} units\n", letter_of(file), recording.source, recording.n_samples(),
               recording.n_units());
  }
}

void print_pair(const std::vector<Recording>& recordings, const std::vector<Compared>& results, bool is_json) {
  if (!is_json) {
    print_files(recordings);
    for (const Compared& result : results) fmt::print("{}", text_of(result));
    return;
  }
  nlohmann::json json{
      {"a", json_of(recordings[0])}, {"b", json_of(recordings[1])}, {"measures", nlohmann::json::array()}};
  for (const Compared& result : results) json["measures"].push_back(json_of(result));
  fmt::print("{}\n", json.dump(2));
}

/// All pairs of some files by one measure: `of(a, b)` is that of file a to file b.
struct Matrix {
  std::string measure;
  std::vector<std::vector<Compared>> of{};
};

Matrix matrix_of(const std::string& measure, const std::vector<Representation>& representations) {
  Matrix matrix{measure};
  const bool is_symmetric = measures().make(measure)->traits().is_symmetric;
  for (std::size_t a = 0; a < representations.size(); ++a) {
    matrix.of.emplace_back();
    for (std::size_t b = 0; b < representations.size(); ++b)
      matrix.of[a].push_back(is_symmetric && b < a ? matrix.of[b][a]
                                                   : compared(measure, representations[a], representations[b]));
  }
  return matrix;
}

std::string text_of(const Matrix& matrix) {
  std::vector<TextRow> rows{{matrix.measure}};
  std::string reasons;
  for (std::size_t b = 0; b < matrix.of.size(); ++b) rows[0].push_back(letter_of(b));
  for (std::size_t a = 0; a < matrix.of.size(); ++a) {
    rows.push_back({letter_of(a)});
    for (std::size_t b = 0; b < matrix.of.size(); ++b) {
      const Compared& one = matrix.of[a][b];
      rows.back().push_back(one.reason.empty() ? fmt::format("{:.6f}", one.value.value) : "-");
      if (!one.reason.empty()) reasons += fmt::format("{} to {}: {}\n", letter_of(a), letter_of(b), one.reason);
    }
  }
  return "\n" + text_table(rows) + reasons;
}

nlohmann::json json_of(const Matrix& matrix) {
  nlohmann::json json{{"measure", matrix.measure}};
  for (const auto& row : matrix.of) {
    nlohmann::json values = nlohmann::json::array(), normalized = values, reasons = values;
    for (const Compared& one : row) {
      const bool has_value = one.reason.empty();
      values.push_back(has_value ? nlohmann::json(one.value.value) : nlohmann::json());
      normalized.push_back(has_value ? nlohmann::json(one.normalized) : nlohmann::json());
      reasons.push_back(has_value ? nlohmann::json() : nlohmann::json(one.reason));
    }
    json["values"].push_back(values);
    json["normalized"].push_back(normalized);
    json["reasons"].push_back(reasons);
  }
  return json;
}

void print_matrices(const std::vector<Recording>& recordings, const std::vector<Matrix>& matrices, bool is_json) {
  if (!is_json) {
    print_files(recordings);
    for (const Matrix& matrix : matrices) fmt::print("{}", text_of(matrix));
    return;
  }
  nlohmann::json json{{"files", nlohmann::json::array()}, {"measures", nlohmann::json::array()}};
  for (const Recording& recording : recordings) json["files"].push_back(json_of(recording));
  for (const Matrix& matrix : matrices) json["measures"].push_back(json_of(matrix));
  fmt::print("{}\n", json.dump(2));
}

std::string values_text(const Recording& recording) {
  std::vector<double> finite;
  for (const double value : recording.values.reshaped())
    if (std::isfinite(value)) finite.push_back(value);
  if (finite.empty()) return "no finite values";
  const auto [least, most] = std::ranges::minmax(finite);
  const double mean = Eigen::Map<const VectorXd>(finite.data(), static_cast<Index>(finite.size())).mean();
  return fmt::format("values from {:.6g} to {:.6g}, mean {:.6g}; stored with {:.0f} digits", least, most, mean,
                     std::floor(-std::log10(recording.precision)));
}

/// What was understood of a file.
void describe(const Recording& recording) {
  fmt::print("{}\n", recording.source);
  for (const std::string& line : recorded_contents(recording.source)) fmt::print("  {}\n", line);
  fmt::print("  read as {}, {}\n  {} samples x {} units", axes_text(recording.axes, recording.shape),
             recording.axes_are_given ? "as it or --axes says" : "as such arrays usually are; --axes says otherwise",
             recording.n_samples(), recording.n_units());
  if (recording.n_conditions > 0)
    fmt::print(", {} conditions of {} times", recording.n_conditions, recording.n_samples() / recording.n_conditions);
  fmt::print("{}\n", trials_text(recording));
  if (recording.step_ms > 0)
    fmt::print("  first sample at {:g} ms, {:g} ms apart\n", recording.start_ms, recording.step_ms);
  fmt::print("  conditions: {}\n",
             recording.conditions.empty() ? "not named" : fmt::format("{}", fmt::join(recording.conditions, ", ")));
  const auto unusual = (!recording.values.array().isFinite()).count();
  if (unusual > 0) fmt::print("  {} values are NaN or infinite; NaN {}\n", unusual, missing_text(recording));
  for (const std::string& remark : recording.remarks) fmt::print("  note: {}\n", remark);
  fmt::print("  {}\n", values_text(recording));
}

int compare(Arguments arguments) {
  if (!arguments.window.empty())
    arguments.session.time.window = TimeChoice::Window{arguments.window[0], arguments.window[1]};
  check_sessions(arguments);
  std::vector<Recording> recordings = recordings_of(arguments);
  if (arguments.only_describe) {
    for (const Recording& recording : recordings) describe(recording);
    return kAllDone;
  }
  recordings = with_common_conditions(std::move(recordings));
  if (recordings.size() < 2)
    throw UserError("one file is given", "there is nothing to compare it with", "Give two or more, or --describe.");
  std::vector<Representation> representations;
  for (std::size_t file = 0; file < recordings.size(); ++file) {
    for (std::size_t other = 0; other < file; ++other) refuse_doubt(recordings[other], recordings[file]);
    Recording& recording = recordings[file];
    if (file > 0 && !recordings[0].conditions.empty() && !recording.conditions.empty())
      recording = in_order_of(std::move(recording), recordings[0].conditions);
    representations.push_back(representation_of(recording));
    for (std::size_t other = 0; other < file; ++other) check_same_samples(recordings[other], recording);
  }
  if (recordings.size() == 2) {
    std::vector<Compared> results;
    const std::array<std::uint64_t, 2> contents{recordings[0].content, recordings[1].content};
    for (const std::string& name : arguments.measures) {
      results.push_back(compared(name, representations[0], representations[1]));
      if (results.back().reason.empty())
        results.back().scores = scores(arguments.scores, name, representations[0], representations[1],
                                       hash64(std::as_bytes(std::span(contents))));
    }
    print_pair(recordings, results, arguments.is_json);
    return kAllDone;
  }
  if (!arguments.scores.is_empty())
    throw UserError("scores around a distance are of two files", fmt::format("{} are given", recordings.size()),
                    "Compare them two by two.");
  std::vector<Matrix> matrices;
  for (const std::string& name : arguments.measures) matrices.push_back(matrix_of(name, representations));
  print_matrices(recordings, matrices, arguments.is_json);
  return kAllDone;
}

}  // namespace

Command add_compare(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(program, {"compare",
                                        "similarity of recordings or representations (see: cohort list formats)",
                                        {"cohort compare m1.npy network.npy --measure procrustes",
                                         "cohort compare day1.mat day2.mat day3.npz --measure cka dsa --json",
                                         "cohort compare m1.mat/session/rates --describe"},
                                        {{kAllDone, "compared"}}});
  words
      ->add_option(
          "FILES", arguments->files,
          "two, or more for a matrix: the same samples, any number of units; 3-D is [units, time, conditions], "
          "2-D is [samples, units]")
      ->required();
  words
      ->add_option("--axes", arguments->axes,
                   "names of the axes: units, time, conditions, trials, samples; once for "
                   "all files, or once for each")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  RecordingChoice& session = arguments->session;
  words->add_option("--align", session.align, "of NWB files: column of trials whose time becomes 0 (start_time)");
  words->add_option("--condition", session.condition, "of NWB files: column that says of which condition a trial is");
  words->add_option("--window", arguments->window, "of NWB files: ms around that time, from and to")->expected(2);
  words->add_option("--time-step", session.step_ms, "of NWB files: ms in which spikes are counted (--bin, or 10)")
      ->check(CLI::PositiveNumber);
  words->add_option("--bin", session.time.bin_ms, "of NWB files: ms that are averaged")->check(CLI::PositiveNumber);
  words->add_option("--smooth", session.time.smooth_ms, "of NWB files: standard deviation of a Gaussian, ms")
      ->check(CLI::PositiveNumber);
  words->add_option(
      "--missing", arguments->missing,
      "units: leave out those that hold NaN, of any file; conditions: those in which any file does, of all");
  words->add_option("--measure", arguments->measures, "measures, see: cohort list measures");
  words
      ->add_option("--bootstrap", arguments->scores.bootstrap,
                   "resamples, of conditions and of units, for 95 % intervals")
      ->check(CLI::Range(2, 1'000'000));
  words->add_option("--null", arguments->scores.null, "permutations of the second's conditions, for a null and its p")
      ->check(CLI::Range(2, 10'000'000));
  words->add_flag("--leave-one-out", arguments->scores.leave_one_out,
                  "score each condition by an alignment that never saw it");
  words->add_flag("--describe", arguments->only_describe, "say what is understood of the files, and compare nothing");
  words->add_flag("--json", arguments->is_json, "as JSON, all digits");
  return {words, [arguments] { return compare(*arguments); }};
}

}  // namespace cohort::app
