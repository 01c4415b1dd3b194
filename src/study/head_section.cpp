#include "study_section.hpp"

#include <limits>

namespace cohort {
namespace {

void read_name(TomlSection& section, Study& study) {
  study.name = section.text("name");
  if (study.name.find_first_not_of(" \t\n") == std::string::npos)
    throw UserError("the study's name is empty", "results are called by it", "", section.where("name"));
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("study");
  if (!section.exists())
    throw UserError("the study has no [study]", "it gives the name", "Begin with [study] and name = \"...\".",
                    {study.path});
  head_section().options.read(section, study);
  head_section().options.refuse_the_rest(section);
}

}  // namespace

const StudySection& head_section() {
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  static const StudySection section{
      {"study",
       {option("name", "text", "title of the study and of its results file", read_name,
               [](const Study& study) { return study.name; }),
        option(
            "seed", range_text("integer", 0, static_cast<double>(largest)), "changes every random number of the study",
            [](TomlSection& head, Study& study) {
              study.seed = static_cast<std::uint64_t>(head.integer("seed", 0, 0, largest));
            },
            [](const Study& study) { return fmt::format("{}", study.seed); })
            .in_key(KeyLine::study_seed, "study seed")}},
      read};
  return section;
}

}  // namespace cohort
