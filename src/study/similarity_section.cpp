#include "study_recordings.hpp"
#include "study_section.hpp"
#include "variant_levels.hpp"

#include <cohort/network/architectures.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/study/layer_choice.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace cohort {
namespace {

constexpr std::size_t kMostDrawnPairs = 10'000'000;

std::optional<PairChoice> pair_choice_of(const std::string& text) {
  if (text == "true") return PairChoice{};
  if (text == "false") return PairChoice{PairChoice::Kind::none, 0};
  const std::string sample = "sample:";
  if (!text.starts_with(sample)) return std::nullopt;
  const std::string digits = text.substr(sample.size());
  if (digits.empty() || digits.size() > 8 || digits.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  const std::size_t n = std::stoull(digits);
  if (n < 1 || n > kMostDrawnPairs) return std::nullopt;
  return PairChoice{PairChoice::Kind::sample, n};
}

void read_pairs(TomlSection& section, Study& study) {
  if (!section.has("pairs")) return;
  const std::string text = plain_text(section.value("pairs"));
  const auto choice = pair_choice_of(text);
  if (!choice)
    throw UserError(fmt::format("[similarity] pairs = {} is not possible", text),
                    fmt::format("true, false or \"sample:N\" with N in [1, {}] is needed", kMostDrawnPairs), "",
                    section.where("pairs"));
  study.similarity.pairs = *choice;
}

/// Measures that have nothing to compare.
void check_pairs(TomlSection& section, const Study& study) {
  const SimilarityOptions& asked = study.similarity;
  if (asked.pairs.kind != PairChoice::Kind::none || asked.measures.empty() || !asked.recordings.empty()) return;
  throw UserError("[similarity] measures have nothing to compare", "pairs = false, and there are no recordings",
                  "Add recordings, draw some pairs with pairs = \"sample:2000\", or leave the measures out.",
                  section.where("pairs"));
}

void read_layers(TomlSection& section, Study& study) {
  constexpr double most = 1e6;
  study.similarity.layers = section.numbers("layers", -most, most);
  for (std::size_t i = 0; i < study.similarity.layers.size(); ++i) {
    const double layer = study.similarity.layers[i];
    const bool is_depth = layer > 0 && layer < 1;
    if (!is_depth && (layer == 0 || layer != std::round(layer)))
      throw UserError(fmt::format("[similarity] layers has {}", layer),
                      "1, 2, ... count from the input, -1, -2, ... from the output, and numbers between 0 and 1 are "
                      "relative depths",
                      "", section.where("layers", i));
  }
}

/// A layer that no network of the study has.
void check_layers(const TomlSection& section, const Study& study) {
  const TaskInfo& task = shared_task(study.task)->info();
  std::size_t most = 1;
  for (const FactorLevel& level : study.levels[static_cast<std::size_t>(Factor::architecture)])
    most = std::max(most, architecture_shape(level.variant, task.n_inputs, task.n_outputs).traits.layer_units.size());
  for (std::size_t i = 0; i < study.similarity.layers.size(); ++i)
    if (!chosen_layer(study.similarity.layers[i], most))
      throw UserError(fmt::format("[similarity] layers has {}", study.similarity.layers[i]),
                      fmt::format("the deepest network of the study has {} layer{}", most, most == 1 ? "" : "s"), "",
                      section.where("layers", i));
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("similarity");
  // What compressed representations lack is missing anyway.
  if (study.snapshots.is_compressed) study.similarity.tolerance = study.snapshots.tolerance;
  similarity_section().options.read(section, study);
  check_measures(section, study);
  read_recordings(section, study);
  check_pairs(section, study);
  if (!study.similarity.layers.empty()) check_layers(section, study);
  similarity_section().options.refuse_the_rest(section);
}

}  // namespace

const StudySection& similarity_section() {
  const OptionsOf of([](auto& study) -> auto& { return study.similarity; });
  static const StudySection section{
      {"similarity",
       {option(
            "measures", "list of variants, see `cohort list measures`", "how networks are compared",
            [](TomlSection& keys, Study& study) {
              for (const FactorLevel& level : variant_levels(keys, "measures", measures().catalogue()))
                study.similarity.measures.push_back(level.text);
            },
            [](const Study& study) { return fmt::format("{}", fmt::join(study.similarity.measures, ", ")); })
            .by_default("[]"),
        option("recordings", "list of paths or of tables `{file, axes, name, window, ...}`, see `cohort list formats`",
               "recordings that networks are compared with: [units, time, conditions], [samples, units], or as `axes` "
               "says; what of them: src/recordings/README.md",
               nullptr,  // read when measures and task are known
               [](const Study& study) { return fmt::format("{}", fmt::join(study.similarity.recording_names, ", ")); })
            .by_default("[]"),
        option(
            "layers", "list of whole numbers, or numbers between 0 and 1",
            "compare networks layer by layer, at each of these: 1, 2, ... from the input, -1, -2, ... from the output, "
            "0.5 by relative depth; a network without that layer is left out",
            read_layers, [](const Study& study) { return fmt::format("{}", fmt::join(study.similarity.layers, ", ")); })
            .by_default("[]"),
        of.integer("resamples", &SimilarityOptions::resamples, 2, 1'000'000,
                   "halves of a recording for its noise ceiling"),
        option(
            "pairs", "true, false or \"sample:2000\"",
            "which pairs of networks are compared: all, none (100,000 networks with recordings), or so many drawn by "
            "the networks' keys",
            read_pairs, [](const Study& study) { return to_text(study.similarity.pairs); }),
        of.number("tolerance", &SimilarityOptions::tolerance, 0, 0.1,
                  "share of its norm that a representation may lose before it is compared with another, for speed; the "
                  "file says what that does to distances at most; 0: none"),
        of.flag("match_units", &SimilarityOptions::match_units,
                "distances to recordings also at equal numbers of units, and corrected by the noise ceiling"),
        of.flag(
            "leave_one_out", &SimilarityOptions::leave_one_out,
            "distances to recordings also on conditions that the alignment never saw, one after the other (procrustes, "
            "permutation, linear_predictivity)"),
        of.integer("bootstrap", &SimilarityOptions::bootstrap, 0, 1'000'000,
                   "resamples of conditions and of units for 95 % intervals of distances to recordings; 0: none"),
        of.integer("null", &SimilarityOptions::null, 0, 10'000'000,
                   "permutations of a recording's conditions for the null of distances to it; 0: none"),
        of.flag("float32", &SimilarityOptions::float32, "store distances between runs in single precision")}},
      read};
  return section;
}

}  // namespace cohort
