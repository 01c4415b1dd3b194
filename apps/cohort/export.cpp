#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>
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

}  // namespace

Command add_export(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(program, {"export",
                                        "one network's weights by name, for PyTorch or NumPy",
                                        {"cohort export results.h5 --run 17 --npz run17.npz"},
                                        {{kAllDone, "the file is written"}}});
  words->add_option("RESULTS", arguments->results, "results file (HDF5) of a study with [snapshots] weights = true")
      ->required();
  words->add_option("--run", arguments->run, "number of the run: its place in /design")->required();
  words->add_option("--level", arguments->level, "matched level of the snapshot")->capture_default_str();
  words->add_option("--npz", arguments->npz, "file to write")->required();
  return {words, [arguments] { return export_network(*arguments); }};
}

}  // namespace cohort::app
