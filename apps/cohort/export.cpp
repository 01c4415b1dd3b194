#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>
#include <cohort/report/csv_tables.hpp>
#include <cohort/report/network_arrays.hpp>
#include <cohort/store/run_table.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <string>

namespace cohort::app {
namespace {

struct Arguments {
  std::string results, level = "final", npz;
  std::string csv, distances, recordings;  ///< tables to write
  long long run = -1;
};

std::size_t level_called(const RunTable& table, const Arguments& arguments) {
  const auto& levels = table.levels();
  const auto found = std::find(levels.begin(), levels.end(), arguments.level);
  if (found == levels.end())
    throw UserError(fmt::format("has no level '{}'", arguments.level),
                    fmt::format("known: {}", fmt::join(levels, ", ")), did_you_mean(arguments.level, levels),
                    {arguments.results});
  return static_cast<std::size_t>(found - levels.begin());
}

int export_network(const Arguments& arguments) {
  ResultsFile file = ResultsFile::open_serial(arguments.results);
  const RunTable table(file);
  if (arguments.run < 0 || static_cast<std::size_t>(arguments.run) >= table.n_runs())
    throw UserError(fmt::format("has no run {}", arguments.run),
                    fmt::format("its runs are 0 to {}", table.n_runs() - 1), "", {arguments.results});
  const ExportedNetwork network =
      exported_network(file, static_cast<std::size_t>(arguments.run), level_called(table, arguments));
  write_npz(arguments.npz, network.arrays);
  fmt::print("run {} at {}: {}\n", arguments.run, arguments.level, network.architecture);
  for (const NamedArray& array : network.arrays) fmt::print("  {} [{}]\n", array.name, fmt::join(array.shape, " x "));
  fmt::print("\n{}: in Python\n\n{}", arguments.npz, network.recipe);
  return kAllDone;
}

int export_tables(const Arguments& arguments) {
  ResultsFile file = ResultsFile::open_serial(arguments.results);
  const auto write = [&](const std::string& path, const char* what, const auto& table) {
    if (!path.empty()) fmt::print("{}: {} rows, {}\n", path, table(file, path), what);
  };
  write(arguments.csv, "a run at a level each", &write_run_table);
  write(arguments.distances, "a pair of runs at a level each", &write_distance_table);
  write(arguments.recordings, "a run and a recording at a level each", &write_recording_table);
  return kAllDone;
}

int export_results(const Arguments& arguments) {
  const bool has_tables = !(arguments.csv + arguments.distances + arguments.recordings).empty();
  if (arguments.npz.empty() == (arguments.run < 0) && (has_tables || !arguments.npz.empty())) {
    const int code = has_tables ? export_tables(arguments) : kAllDone;
    return arguments.npz.empty() ? code : export_network(arguments);
  }
  throw UserError("nothing to export", "one network needs --run and --npz, a table --csv, --distances or --recordings",
                  "cohort export results.h5 --csv runs.csv", {arguments.results});
}

}  // namespace

Command add_export(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(program, {"export",
                                        "tables for R or pandas; one network's weights by name, for PyTorch or NumPy",
                                        {"cohort export results.h5 --csv runs.csv --distances distances.csv",
                                         "cohort export results.h5 --run 17 --npz run17.npz"},
                                        {{kAllDone, "the files are written"}}});
  words->add_option("RESULTS", arguments->results, "results file (HDF5)")->required();
  words->add_option("--csv", arguments->csv, "table to write: a row per run and level, factors and numbers as columns");
  words->add_option("--distances", arguments->distances,
                    "table to write: run, other_run, level, measure, value (long: a row per pair)");
  words->add_option("--recordings", arguments->recordings,
                    "table to write: run, recording, level, measure, value and the scores around it");
  words->add_option("--run", arguments->run,
                    "number of the run: its place in /design; needs [snapshots] weights = true");
  words->add_option("--level", arguments->level, "matched level of the snapshot")->capture_default_str();
  words->add_option("--npz", arguments->npz, "file to write with the weights of the run");
  return {words, [arguments] { return export_results(*arguments); }};
}

}  // namespace cohort::app
