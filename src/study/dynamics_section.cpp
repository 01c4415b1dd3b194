#include "study_section.hpp"

#include <cohort/core/nearest_name.hpp>
#include <cohort/tasks/shared_task.hpp>

#include <algorithm>

namespace cohort {
namespace {

constexpr std::int64_t kStarts = 256;

/// Names that must be known: `what` is the word of messages.
std::vector<std::string> known_names(TomlSection& section, const std::string& key, const std::string& what,
                                     const std::vector<std::string>& known) {
  if (!section.has(key)) return {};
  const std::vector<std::string> names = section.texts(key);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (std::ranges::count(known, names[i]) == 0)
      throw UserError(fmt::format("[dynamics] fixed_points: no {} '{}'", what, names[i]),
                      fmt::format("known: {}", fmt::join(known, ", ")), did_you_mean(names[i], known),
                      section.where(key, i));
  return names;
}

std::vector<std::string> context_names(const Study& study) {
  std::vector<std::string> names;
  for (const InputContext& context : shared_task(study.task)->info().contexts) names.push_back(context.name);
  return names;
}

void read(TomlSection& file, Study& study) {
  TomlSection section = file.section("dynamics"), points = section.section("fixed_points");
  for (const char* other : {"lyapunov", "rich_lazy", "curvature"}) section.section(other);  // have tables of their own
  section.refuse_the_rest();
  if (!points.exists()) return;
  dynamics_section().options.read(points, study);
  dynamics_section().options.refuse_the_rest(points);
  study.snapshots.keep_parameters = true;  // the analysis starts from the stored networks
}

}  // namespace

const StudySection& dynamics_section() {
  using D = DynamicsOptions;
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
        of.integer("max_points", &D::max_points, 1, 1'000'000,
                   "points for which there is room in the results file, per network and context"),
        option(
            "levels", "list of levels of [snapshots]: \"update=0\", \"error<=0.1\", \"final\"",
            "at which networks are searched",
            [](TomlSection& points, Study& study) {
              study.dynamics.levels = known_names(points, "levels", "level", study.snapshots.labels());
            },
            [](const Study& study) { return fmt::format("{}", fmt::join(study.dynamics.levels, " ")); })
            .by_default("all"),
        option(
            "contexts", "list of contexts of the task", "constant inputs under which they are searched",
            [](TomlSection& points, Study& study) {
              study.dynamics.contexts = known_names(points, "contexts", "context", context_names(study));
            },
            [](const Study& study) { return fmt::format("{}", fmt::join(study.dynamics.contexts, " ")); })
            .by_default("all"),
        of.number("noise", &D::noise, 0, 1e6,
                  "standard deviation of the noise on starts, in that of the states visited on evaluation trials"),
        of.number("slow_ms", &D::slow_ms, 0, 1e12,
                  "modes that last as long are slow, and counted; 0: as long as an evaluation trial", "ms"),
        of.integer("modes", &D::modes, 0, 100'000,
                   "leading modes of each point stored with both eigenvectors and time constants, and dF/du beside "
                   "them; 0: none"),
        of.flag("graph", &D::graph, "follow each unstable direction of a point to the attractor that it leads to")}},
      read};
  return section;
}

}  // namespace cohort
