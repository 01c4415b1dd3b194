#include <cohort/study/study.hpp>

#include "toml_section.hpp"
#include "variant_files.hpp"

#include <cohort/core/catalogue.hpp>
#include <cohort/core/file_answers.hpp>
#include <cohort/core/nearest_name.hpp>
#include <cohort/recordings/npy_array.hpp>
#include <cohort/recordings/recording.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/learning/regularizers.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/representation.hpp>
#include <cohort/tasks/shared_task.hpp>
#include <cohort/tasks/tasks.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace cohort {
namespace {

constexpr std::int64_t kMany = 1'000'000'000;

/// Runs `call` and gives its UserError the place in the study file that caused it.
template <class Call>
auto located(const SourceLocation& location, const Call& call) {
  try {
    return call();
  } catch (const UserError& error) {
    throw UserError(error.what(), "", "", location);  // an error in another file keeps that file's name in its text
  }
}

std::string resolve(const std::string& study_path, const std::string& path) {
  return (std::filesystem::path(study_path).parent_path() / path).lexically_normal().string();
}

/// Names that the study file gives to variants: [rules.mine] names a point of the credit family.
using Aliases = std::map<std::string, Variant>;

/// What a variant stands for. Throws UserError, which knows the user's own names too.
Variant resolved(const Variant& written, const Catalogue& catalogue, const Aliases& aliases) {
  const std::string& name = written.name;
  if (const auto own = aliases.find(name); own != aliases.end() && written.parameters.empty()) return own->second;
  std::vector<std::string> own_names;
  for (const auto& [own, variant] : aliases) own_names.push_back(own);
  const std::string meant = did_you_mean(name, own_names);
  const auto& known = catalogue.descriptions();
  const bool is_known = std::any_of(known.begin(), known.end(), [&](const Description& d) { return d.name == name; });
  if (!is_known && !meant.empty())
    throw UserError(fmt::format("unknown {} '{}'", catalogue.kind(), name),
                    fmt::format("named in this study: {}", fmt::join(own_names, ", ")), meant);
  return written;
}

/// What a variant means in each family that has its name. Throws UserError when it means nothing in any of them.
std::map<std::string, std::string> versioned_by_family(const Variant& variant, const Catalogue& catalogue) {
  std::map<std::string, std::string> result;
  for (const std::string& family : catalogue.families(variant.name)) {
    try {
      result[family] = catalogue.versioned(catalogue.parse(variant, family));
    } catch (const UserError&) {  // meant for another family; if not, the runs that need it here are refused
    }
  }
  if (result.empty()) catalogue.parse(variant);
  return result;
}

/// A list of variants, such as the levels of a factor. Two ways of writing the same variant are a mistake.
std::vector<FactorLevel> variant_levels(TomlSection& section, const std::string& key, const Catalogue& catalogue,
                                        const Aliases& aliases = {}) {
  std::vector<FactorLevel> levels;
  std::set<std::string> own_names;
  for (const auto& [name, variant] : aliases) own_names.insert(name);
  for (const Variant& written : section.variants(key, catalogue.kind(), own_names)) {
    const SourceLocation where = section.where(key, levels.size());
    const std::string text = aliases.contains(written.name) ? written.name : to_text(written);
    Variant variant = located(where, [&] { return resolved(written, catalogue, aliases); });
    std::vector<std::shared_ptr<const NpyArray>> files;
    const std::string data = located(where, [&] { return attach_files(variant, catalogue, where.file, files); });
    auto versioned_in = located(where, [&] { return versioned_by_family(variant, catalogue); });
    for (auto& [family, versioned] : versioned_in) versioned += data;
    const std::string& versioned = versioned_in.begin()->second;
    for (const FactorLevel& other : levels) {
      if (other.versioned == versioned)
        throw UserError(fmt::format("{} '{}' stands twice in [{}]", catalogue.kind(), text, section.name()),
                        other.text == text ? "once is enough" : fmt::format("'{}' means the same", other.text),
                        "Remove one.", where);
    }
    levels.push_back({text, variant, versioned, where, versioned_in.begin()->first, versioned_in, files});
  }
  return levels;
}

/// `seed = 10` means 0 .. 9; a list names the seeds.
std::vector<std::int32_t> read_seeds(TomlSection& factors) {
  std::vector<std::int32_t> seeds;
  if (!factors.is_list("seed")) {
    seeds.resize(static_cast<std::size_t>(factors.integer("seed", 0, 1, 1'000'000)));
    std::iota(seeds.begin(), seeds.end(), 0);
    return seeds;
  }
  std::vector<std::pair<std::int32_t, std::size_t>> places;
  for (const std::int64_t seed : factors.integers("seed", 0, kMany)) {
    places.emplace_back(static_cast<std::int32_t>(seed), seeds.size());
    seeds.push_back(places.back().first);
  }
  std::sort(places.begin(), places.end());
  for (std::size_t i = 1; i < places.size(); ++i)
    if (places[i].first == places[i - 1].first)
      throw UserError(fmt::format("seed {} stands twice in [factors]", places[i].first),
                      "every combination may appear once", "Remove one.", factors.where("seed", places[i].second));
  return seeds;
}

/// [rules.<name>]: points of the credit family that the study names, with the axes as keys.
Aliases read_rules(TomlSection section) {
  Aliases aliases;
  const Catalogue& catalogue = learning_rules<float>().catalogue();
  for (const std::string& name : section.keys()) {
    TomlSection axes = section.section(name);
    for (const Description& known : catalogue.descriptions())
      if (known.name == name)
        throw UserError(fmt::format("[rules.{}] renames a rule that exists", name), "its name would mean two things",
                        "Choose another name.", axes.where());
    if (name.find_first_not_of(" \t") == std::string::npos)
      throw UserError("a rule of [rules] has no name", "an empty name could not be told from a missing one",
                      "Choose a name.", axes.where());
    Variant variant{"credit", {}};
    for (const std::string& axis : axes.keys()) {
      variant.set(axis, axes.value(axis));
      located(axes.where(axis), [&] { return catalogue.parse(variant); });
    }
    aliases[name] = variant;
  }
  return aliases;
}

void read_factors(TomlSection factors, TomlSection& training, const Aliases& rules, Study& study) {
  if (!factors.exists())
    throw UserError("the study has no [factors]", "their combinations are the runs", "", factors.where());
  const auto level_list = [&](Factor factor) -> std::vector<FactorLevel>& {
    return study.levels[static_cast<int>(factor)];
  };
  level_list(Factor::rule) = variant_levels(factors, "rule", learning_rules<float>().catalogue(), rules);
  level_list(Factor::architecture) = variant_levels(factors, "architecture", architectures<float>().catalogue());
  level_list(Factor::initialization) = variant_levels(factors, "initialization", initializations().catalogue());
  study.seeds = read_seeds(factors);
  // The optimizer is a factor when the study crosses it, and a training option when there is one for all.
  const bool crosses = factors.has("optimizer");
  if (crosses && training.has("optimizer"))
    throw UserError("the optimizer stands in [factors] and in [training]", "one of them must decide", "Remove one.",
                    training.where("optimizer"));
  level_list(Factor::optimizer) =
      variant_levels(crosses ? factors : training, "optimizer", optimizers<float>().catalogue());
  for (const FactorLevel& level :
       level_list(Factor::optimizer))  // parameters that exclude each other show when it is made
    located(level.where, [&] { return optimizers<float>().make(level.variant); });
  if (level_list(Factor::optimizer).empty()) {
    const auto& catalogue = optimizers<float>().catalogue();
    level_list(Factor::optimizer) = {
        {"adam", {"adam", {}}, catalogue.versioned(catalogue.parse("adam")), training.where()}};
  }
  for (const FactorLevel& level : level_list(Factor::architecture))
    located(level.where, [&] { return architectures<float>().make(level.variant, 1, 1); });
  for (const Factor factor : {Factor::rule, Factor::architecture, Factor::initialization, Factor::seed}) {
    if (n_levels(study, factor) == 0)
      throw UserError(fmt::format("[factors] lacks a {}", factor_name(factor)), "each factor needs at least one level",
                      "", factors.where());
  }
  factors.refuse_the_rest();
}

/// A pattern as levels are written: without blanks.
std::string as_level_text(const std::string& pattern) {
  try {
    return to_text(parse_variant(pattern));
  } catch (const UserError&) {  // with a * in it, it is no variant
    return pattern;
  }
}

void read_exclusions(const toml::table& root, Study& study) {
  const toml::node* node = root.get("exclude");
  if (!node) return;
  const toml::array* tables = node->as_array();
  const SourceLocation where{study.path, static_cast<int>(node->source().begin.line),
                             static_cast<int>(node->source().begin.column)};
  if (!tables || !tables->is_array_of_tables())
    throw UserError("exclude is no list of tables", "write [[exclude]]", "", where);
  for (const toml::node& element : *tables) {
    TomlSection section(element.as_table(), "exclude", study.path);
    Exclusion exclusion{{}, section.where()};
    for (int factor = 0; factor < n_factors; ++factor) {
      const char* name = factor_name(static_cast<Factor>(factor));
      if (!section.has(name)) continue;
      for (const VariantValue& value : section.values(name))
        exclusion.patterns[factor].push_back(as_level_text(plain_text(value)));
    }
    section.refuse_the_rest();
    if (section.keys().empty())
      throw UserError("an empty [[exclude]] leaves nothing", "", "Remove it.", section.where());
    study.exclusions.push_back(exclusion);
  }
}

/// The variant of a task with these parameters, leaving out the empty ones.
std::string task_text(const Description& description, const std::map<std::string, std::string>& written) {
  Variant variant{description.name, {}};
  for (const ParameterInfo& info : description.parameters) {
    const std::string& value = written.at(info.name);
    if (value.empty()) continue;
    const bool is_free = info.kind == ParameterKind::path || info.kind == ParameterKind::text;
    variant.set(info.name, is_free ? VariantValue(value) : parse_value(value));
  }
  return to_text(variant);
}

/// Paths of the user's files are relative to the study file.
void resolve_path(const Study& study, const Description& description, const std::string& parameter,
                  std::string& value) {
  for (const ParameterInfo& info : description.parameters)
    if (info.name == parameter && info.kind == ParameterKind::path && !value.empty())
      value = resolve(study.path, value);
}

/// The texts of all parameters of a task.
std::map<std::string, std::string> texts_of(const Description& description, const Parameters& parameters) {
  std::map<std::string, std::string> texts;
  for (const ParameterInfo& info : description.parameters) texts[info.name] = parameters.text(info.name);
  return texts;
}

/// The task variant: `name`, and every other key of [task] as one of its parameters.
void read_task(TomlSection section, Study& study) {
  if (!section.exists()) throw UserError("the study has no [task]", "", "", section.where());
  const Catalogue& catalogue = tasks().catalogue();
  const std::string name = section.text("name");
  SourceLocation where = section.where("name");
  Variant variant = located(where, [&] { return parse_variant(name, catalogue.kind()); });
  const Description& description = located(where, [&]() -> const Description& { return catalogue.find(variant.name); });
  for (const std::string& key : section.keys()) {
    if (key == "name") continue;
    variant.set(key, section.value(key));
    located(section.where(key), [&] { return catalogue.parse(variant); });
    const auto info = std::find_if(description.parameters.begin(), description.parameters.end(),
                                   [&](const ParameterInfo& p) { return p.name == key; });
    if (info->kind == ParameterKind::path) where = section.where(key);  // what is wrong in the file is wrong here
  }
  const auto written = located(section.where("name"), [&] { return catalogue.parse(variant); });
  auto values = texts_of(description, written);
  for (auto& [parameter, value] : values) resolve_path(study, description, parameter, value);
  study.task = task_text(description, values);
  const auto parameters = located(where, [&] { return catalogue.parse(study.task); });
  const auto task = located(where, [&] { return shared_task(study.task); });
  study.kept_tasks.push_back(task);
  study.task_versioned = catalogue.versioned(parameters);
  if (!task->info().fingerprint.empty()) study.task_versioned += " data=" + task->info().fingerprint;
}

/// [shifted]: parameters of the task that differ in the second evaluation set, and noise on its inputs.
void read_shifted(TomlSection section, Study& study) {
  if (!section.exists()) return;
  ShiftedEvaluation& shifted = study.shifted;
  shifted.noise = section.number("input_noise", 0, 0, 1e6);
  const auto range = section.numbers("input_range", -1e300, 1e300);
  if (!range.empty() && (range.size() != 2 || range[0] >= range[1]))
    throw UserError("input_range is no range", "the smallest and the largest input are needed",
                    "Write input_range = [0, 1].", section.where("input_range"));
  if (!range.empty()) {
    shifted.low = range[0];
    shifted.high = range[1];
  }
  const Catalogue& catalogue = tasks().catalogue();
  const Parameters clean = catalogue.parse(study.task);
  const Description& description = catalogue.find(clean.name());
  auto values = texts_of(description, clean);
  SourceLocation where = section.where();
  for (const std::string& key : section.keys()) {
    if (key == "input_noise" || key == "input_range") continue;
    const VariantValue value = section.value(key);
    where = section.where(key);
    located(where, [&] { return catalogue.parse({description.name, {{key, value}}}); });
    values[key] = plain_text(value);
    resolve_path(study, description, key, values[key]);
  }
  shifted.task = task_text(description, values);
  const auto task = located(where, [&] { return shared_task(shifted.task); });
  study.kept_tasks.push_back(task);
  const TaskInfo own = shared_task(study.task)->info(), other = task->info();
  if (own.n_inputs != other.n_inputs || own.n_outputs != other.n_outputs || own.loss != other.loss)
    throw UserError(
        "the shifted task has other inputs or outputs than the task",
        fmt::format("{} and {} instead of {} and {}", other.n_inputs, other.n_outputs, own.n_inputs, own.n_outputs),
        "Change only what leaves them as they are.", where);
  shifted.versioned = fmt::format("{} noise {} in [{}, {}] data={}", catalogue.versioned(catalogue.parse(shifted.task)),
                                  shifted.noise, shifted.low, shifted.high, other.fingerprint);
  if (shifted.noise != 0) shifted.versioned += " noise@2";  // 1: its stream met that of another repeat's trials
}

RatePenaltyPer read_rate_penalty_per(TomlSection& section) {
  const std::string name = section.text("rate_penalty_per");
  const auto& known = rate_penalty_per_names();
  if (std::find(known.begin(), known.end(), name) == known.end())
    throw UserError(fmt::format("rate_penalty_per = \"{}\" is not possible", name),
                    fmt::format("known: {}", fmt::join(known, ", ")), did_you_mean(name, known),
                    section.where("rate_penalty_per"));
  return rate_penalty_per_from(name);
}

void read_training(TomlSection& section, Study& study) {
  TrainingOptions& t = study.training;
  t.updates = section.integer("updates", t.updates, 1, kMany);
  t.batch = section.integer("batch", t.batch, 1, 1'000'000);
  t.evaluate_every = section.integer("evaluate_every", t.evaluate_every, 1, kMany);
  t.clip = section.number("clip", t.clip, 0, 1e30);
  t.activity_penalty = section.number("activity_penalty", t.activity_penalty, 0, 1e30);
  t.explosion = section.number("explosion", t.explosion, 1, 1e30);
  t.rate_penalty = section.number("rate_penalty", t.rate_penalty, 0, 1e30);
  t.rate_target_hz = section.number("rate_target_hz", t.rate_target_hz, 0, 1e9);
  if (section.has("rate_penalty_per")) t.rate_penalty_per = read_rate_penalty_per(section);
  t.l2 = section.number("l2", t.l2, 0, 1e30);
  for (const FactorLevel& level : variant_levels(section, "regularizers", regularizers<float>().catalogue())) {
    t.regularizers.push_back(to_text(level.variant));
    study.regularizers_versioned.push_back(level.versioned);
  }
  section.refuse_the_rest();
}

/// [alignment]: which rules watch the training, and when.
void read_alignment(TomlSection section, const Aliases& rules, Study& study) {
  if (!section.exists()) return;
  AlignmentPlan& a = study.training.alignment;
  for (const FactorLevel& level : variant_levels(section, "rules", learning_rules<float>().catalogue(), rules)) {
    located(level.where, [&] {
      if (!learning_rules<float>().make(level.variant)->traits().is_passive)
        throw UserError(fmt::format("rule '{}' cannot watch", level.text),
                        "it runs the network itself, or updates within trials",
                        "List rules that need the forward pass of an update and no more.");
      return 0;
    });
    a.rules.push_back(to_text(level.variant));
    const std::string curve = AlignmentPlan::cosine_curve(level.text);
    for (const std::string& other : a.names)
      if (AlignmentPlan::cosine_curve(other) == curve)
        throw UserError(fmt::format("the curves of '{}' and '{}' would have one name", level.text, other), curve,
                        "Choose another name in [rules].", level.where);
    a.names.push_back(level.text);
  }
  for (const auto update : section.integers("at", 0, study.training.updates)) a.at.push_back(update);
  a.every = section.integer("every", a.at.empty() ? 1 : 0, 0, kMany);
  section.refuse_the_rest();
  if (a.rules.empty())
    throw UserError("[alignment] names no rules", "they are compared with bptt", "Write rules = [\"eprop\"].",
                    section.where());
}

void read_snapshots(TomlSection section, Study& study) {
  SnapshotPlan& s = study.snapshots;
  s.at_error = section.numbers("at_error", 0, 1e30);
  s.at_accuracy = section.numbers("at_accuracy", 0, 1);
  for (const auto update : section.integers("at_updates", 0, study.training.updates)) s.at_updates.push_back(update);
  const auto refuse_twice = [&](const char* key, const auto& levels) {
    for (std::size_t i = 0; i < levels.size(); ++i)
      if (std::count(levels.begin(), levels.end(), levels[i]) > 1)
        throw UserError(fmt::format("{} {} stands twice in [snapshots]", key, levels[i]), "", "Remove one.",
                        section.where(key, i));
  };
  refuse_twice("at_error", s.at_error);
  refuse_twice("at_accuracy", s.at_accuracy);
  refuse_twice("at_updates", s.at_updates);
  s.keep_parameters = section.flag("weights", false);
  s.hold = section.integer("hold", s.hold, 1, kMany);
  section.refuse_the_rest();
  const auto task = shared_task(study.task);
  const bool has_classes = task->info().loss == LossKind::cross_entropy || task->has_performance();
  if (!s.at_accuracy.empty() && !has_classes)
    throw UserError("at_accuracy needs a task with classes", "this one has continuous targets", "Use at_error.",
                    section.where("at_accuracy"));
}

std::string samples_text(Index n_samples, Index n_conditions) {
  if (n_conditions == 0) return fmt::format("{} samples", n_samples);
  return fmt::format("{} samples = {} conditions x {} times", n_samples, n_conditions, n_samples / n_conditions);
}

void read_similarity(TomlSection section, Study& study) {
  SimilarityOptions& s = study.similarity;
  for (const FactorLevel& level : variant_levels(section, "measures", measures().catalogue()))
    s.measures.push_back(level.text);
  s.recording_names = section.texts("recordings");
  s.resamples = section.integer("resamples", s.resamples, 2, 1'000'000);
  section.refuse_the_rest();
  if (!s.recording_names.empty() && s.measures.empty())
    throw UserError("recordings are given, but no measures", "nothing would be compared",
                    "Write measures = [\"procrustes\"].", section.where("recordings"));
  const TaskInfo info = shared_task(study.task)->info();
  const auto n_conditions = static_cast<Index>(info.conditions.size()), n_samples = n_conditions * info.n_sample_steps;
  for (std::size_t i = 0; i < s.recording_names.size(); ++i) {
    s.recordings.push_back(resolve(study.path, s.recording_names[i]));
    located(section.where("recordings", i), [&] {
      study.kept_recordings.push_back(std::make_shared<const Recording>(read_recording(s.recordings.back())));
      const Representation recording = representation_of(*study.kept_recordings.back());
      // Conditions and times that only multiply to the right number would be compared with each other.
      const bool same_conditions = recording.n_conditions() == 0 || recording.n_conditions() == n_conditions;
      if (recording.n_samples() != n_samples || !same_conditions)
        throw UserError(
            fmt::format("recording '{}' does not fit the task", s.recording_names[i]),
            fmt::format("it has {}, the task {}", samples_text(recording.n_samples(), recording.n_conditions()),
                        samples_text(n_samples, n_conditions)),
            fmt::format("Give an array [units, {}, {}] of units, times and conditions, or [{}, units].",
                        info.n_sample_steps, n_conditions, n_samples));
      return 0;
    });
  }
}

void read_dynamics(TomlSection section, Study& study) {
  TomlSection points = section.section("fixed_points");
  if (points.exists()) {
    study.dynamics.starts = points.integer("starts", 256, 1, 1'000'000);
    study.dynamics.max_points = points.integer("max_points", study.dynamics.max_points, 1, 1'000'000);
    points.refuse_the_rest();
    study.snapshots.keep_parameters = true;  // the analysis starts from the stored networks
  }
  section.refuse_the_rest();
}

}  // namespace

const char* factor_name(Factor factor) {
  static constexpr const char* names[n_factors] = {"rule", "architecture", "initialization", "optimizer", "seed"};
  return names[static_cast<int>(factor)];
}

std::size_t n_levels(const Study& study, Factor factor) {
  return factor == Factor::seed ? study.seeds.size() : study.levels[static_cast<std::size_t>(factor)].size();
}

std::string level_text(const Study& study, Factor factor, std::size_t level) {
  if (factor == Factor::seed) return fmt::format("{}", study.seeds[level]);
  return study.levels[static_cast<std::size_t>(factor)][level].text;
}

std::string Study::semantic_text() const {
  std::string result = fmt::format(
      "task {}\nstudy seed {}\nupdates {} batch {} evaluate_every {} clip {} activity_penalty {} explosion {}\n"
      "rate_penalty {} rate_target_hz {} l2 {} alignment {} every {} at {}\n"
      "levels {}\nweights {}\nshifted {}\n",
      task_versioned, seed, training.updates, training.batch, training.evaluate_every, training.clip,
      training.activity_penalty, training.explosion, training.rate_penalty, training.rate_target_hz, training.l2,
      fmt::join(training.alignment.rules, " "), training.alignment.every, fmt::join(training.alignment.at, " "),
      fmt::join(snapshots.labels(), " "), snapshots.keep_parameters, shifted.versioned);
  if (!regularizers_versioned.empty())
    result += fmt::format("regularizers {}\n", fmt::join(regularizers_versioned, " "));
  if (training.rate_penalty > 0 && training.rate_penalty_per == RatePenaltyPer::trial)
    result += "rate_penalty_per trial\n";
  result += evaluation_key_text(*this);
  return result;
}

Study read_study(const std::string& path) {
  Study study;
  study.path = path;
  study.text = read_user_file(path, "a study file");
  toml::table root;
  try {
    root = toml::parse(study.text, path);
  } catch (const toml::parse_error& error) {
    throw UserError(std::string(error.description()), "", "",
                    {path, static_cast<int>(error.source().begin.line), static_cast<int>(error.source().begin.column)});
  }
  TomlSection top(&root, "", path);
  TomlSection head = top.section("study");
  if (!head.exists())
    throw UserError("the study has no [study]", "it gives the name", "Begin with [study] and name = \"...\".", {path});
  study.name = head.text("name");
  study.seed = static_cast<std::uint64_t>(head.integer("seed", 0, 0, std::numeric_limits<std::int64_t>::max()));
  head.refuse_the_rest();
  TomlSection task = top.section("task"), shifted = top.section("shifted"), rules = top.section("rules"),
              factors = top.section("factors"), training = top.section("training"),
              alignment = top.section("alignment"), snapshots = top.section("snapshots"),
              similarity = top.section("similarity"), dynamics = top.section("dynamics");
  top.has("exclude");
  top.refuse_the_rest();
  read_task(task, study);
  const Aliases named_rules = read_rules(rules);
  read_factors(factors, training, named_rules, study);
  read_exclusions(root, study);
  read_shifted(shifted, study);
  read_training(training, study);
  read_alignment(alignment, named_rules, study);
  read_snapshots(snapshots, study);
  read_similarity(similarity, study);
  read_dynamics(dynamics, study);
  study.evaluation = evaluation_facts(study);
  return study;
}

}  // namespace cohort
