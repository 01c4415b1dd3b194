#include "study_section.hpp"

namespace cohort {
namespace {

constexpr std::int64_t kStarts = 256;

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("dynamics"), points = section.section("fixed_points");
  for (const char* other : {"lyapunov", "rich_lazy"}) section.section(other);  // have tables of their own
  section.refuse_the_rest();
  if (!points.exists()) return;
  dynamics_section().options.read(points, study);
  dynamics_section().options.refuse_the_rest(points);
  study.snapshots.keep_parameters = true;  // the analysis starts from the stored networks
}

}  // namespace

const StudySection& dynamics_section() {
  const OptionsOf of([](auto& study) -> auto& { return study.dynamics; });
  static const StudySection section{
      {"dynamics.fixed_points",
       {option(
            "starts", range_text("integer", 1, 1'000'000), "searches per network and context of the task",
            [](TomlSection& points, Study& study) {
              study.dynamics.starts = points.integer("starts", kStarts, 1, 1'000'000);
            },
            [](const Study& study) { return fmt::format("{}", study.dynamics.starts); })
            .by_default(fmt::format("{}", kStarts)),
        of.integer("max_points", &DynamicsOptions::max_points, 1, 1'000'000,
                   "points for which there is room in the results file, per network and context")}},
      read};
  return section;
}

}  // namespace cohort
