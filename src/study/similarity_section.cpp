#include "study_recordings.hpp"
#include "study_section.hpp"
#include "variant_levels.hpp"

#include <cohort/similarity/measures.hpp>

namespace cohort {
namespace {

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("similarity");
  similarity_section().options.read(section, study);
  check_measures(section, study);
  read_recordings(section, study);
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
        of.integer("resamples", &SimilarityOptions::resamples, 2, 1'000'000,
                   "halves of a recording for its noise ceiling"),
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
