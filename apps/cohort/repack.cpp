#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/text.hpp>
#include <cohort/store/repack.hpp>
#include <cohort/store/results_file.hpp>
#include <cohort/store/run_table.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

namespace cohort::app {
namespace {

std::size_t n_whole(const std::string& path) {
  ResultsFile file = ResultsFile::open_serial(path);
  const auto finished = RunTable(file).finished();
  return static_cast<std::size_t>(std::count(finished.begin(), finished.end(), true));
}

int repack_results(const std::string& from, const std::string& to) {
  repack(from, to);
  const std::size_t before = n_whole(from), after = n_whole(to);
  if (before != after) throw InternalError(fmt::format("{}: {} runs are whole, not {}", to, after, before));
  const auto size = [](const std::string& path) { return static_cast<double>(std::filesystem::file_size(path)); };
  fmt::print("{}: {}, {} before; {} runs are whole in both\n", to, bytes_text(size(to)), bytes_text(size(from)), after);
  return kAllDone;
}

}  // namespace

Command add_repack(CLI::App& program) {
  const auto from = std::make_shared<std::string>(), to = std::make_shared<std::string>();
  CLI::App* words =
      add_words(program, {"repack",
                          "a compressed copy of a results file, for keeping and sharing; read it as usual",
                          {"cohort repack results.h5 -o small.h5"},
                          {{kAllDone, "the copy is made, and its runs are whole"}}});
  words->add_option("RESULTS", *from, "results file (HDF5) that no job works on")->required();
  words->add_option("-o,--output", *to, "the copy to make; it must not be there")->required();
  return {words, [from, to] { return repack_results(*from, *to); }};
}

}  // namespace cohort::app
