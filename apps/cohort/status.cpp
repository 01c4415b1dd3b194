#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/report/effect_sentences.hpp>
#include <cohort/report/effects_picture.hpp>
#include <cohort/report/status_text.hpp>
#include <cohort/report/write_file.hpp>
#include <cohort/store/lease.hpp>
#include <cohort/store/results_file.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace cohort::app {
namespace {

void draw_effects(ResultsFile& file, const std::string& path) {
  if (!path.ends_with(".png") && !path.ends_with(".svg"))
    throw UserError(fmt::format("{} is no picture", path), "its name ends neither in .png nor in .svg");
  write_file(path, effects_picture(effects_of(file), path.ends_with(".svg") ? PictureFormat::svg : PictureFormat::png));
}

int status(const std::string& results, const std::string& picture) {
  ResultsFile file = ResultsFile::open_serial(results);
  const StudyProgress progress = progress_of(file);
  fmt::print("{}: {}", progress.title, status_text(progress));
  const LeaseHolder holder = lease_holder(results);
  const std::string process =
      fmt::format("process {} on {}{}", holder.pid, holder.host, holder.job.empty() ? "" : ", job " + holder.job);
  if (holder.pid != 0 && holder.over.empty()) fmt::print("a job works on it: {}\n", process);
  if (holder.pid != 0 && !holder.over.empty())
    fmt::print("no job works on it: {} left without a word ({})\n", process, holder.over);
  fmt::print("{}", segments_text(progress.segments));
  const std::string effects = effect_sentences(effects_of(file));
  if (!effects.empty()) fmt::print("\n{}", effects);
  if (!picture.empty()) draw_effects(file, picture);
  return kAllDone;
}

}  // namespace

Command add_status(CLI::App& program) {
  const auto results = std::make_shared<std::string>(), picture = std::make_shared<std::string>();
  CLI::App* words = add_words(program, {"status",
                                        "progress of a results file, also while its job runs",
                                        {"cohort status results.h5", "cohort status results.h5 --picture effects.svg"},
                                        {{kAllDone, "the file could be read, however far it is"}}});
  words->add_option("RESULTS", *results, "results file (HDF5)")->required();
  words->add_option("--picture", *picture, "draw what the factors explain (.png or .svg)");
  return {words, [results, picture] { return status(*results, *picture); }};
}

}  // namespace cohort::app
