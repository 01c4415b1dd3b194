#include <cohort/recordings/learned_theta.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/recordings/hdf5_archive.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>

namespace cohort {
namespace {

constexpr std::size_t kTerms = 10;       // of the pool, F0 .. F9
constexpr std::size_t kShortestKey = 4;  // characters of a key that name a run
constexpr double kDone = 1;              // RunStatus::done

/// The results file and the run of `results.h5:run`.
struct NamedRun {
  explicit NamedRun(const std::string& text)
      : file(text.substr(0, text.rfind(':'))), run(text.substr(text.rfind(':') + 1)) {}
  std::string file, run;
};

std::unique_ptr<Hdf5ArrayArchive> open_results(const std::string& file) {
  if (!std::filesystem::exists(file)) throw UserError("cannot be read", "there is no such file", "", {file});
  auto archive = open_hdf5_archive(file);
  if (!archive || !archive->has("design/key") || !archive->has("state/status") || !archive->has("architectures/name"))
    throw UserError("is no results file", "Θ of a finished run is needed", "Write theta_from=results.h5:RUN.", {file});
  return archive;
}

std::size_t row_of(const NamedRun& named, const std::vector<std::string>& keys) {
  std::size_t row = 0;
  const auto [end, error] = std::from_chars(named.run.data(), named.run.data() + named.run.size(), row);
  if (error == std::errc() && end == named.run.data() + named.run.size() && row < keys.size()) return row;
  std::size_t n_found = 0;
  for (std::size_t i = 0; i < keys.size() && named.run.size() >= kShortestKey; ++i)
    if (keys[i].starts_with(named.run)) {
      row = i;
      ++n_found;
    }
  if (n_found == 1) return row;
  throw UserError(n_found == 0 ? fmt::format("has no run '{}'", named.run)
                               : fmt::format("has several runs whose keys begin with '{}'", named.run),
                  fmt::format("a number from 0 to {}, or a key, is needed", keys.size() - 1), "", {named.file});
}

/// Throws UserError unless the run in that row ended well and is of a network that has coefficients.
void expect_theta(const Hdf5ArrayArchive& results, const NamedRun& named, std::size_t row) {
  const auto refuse = [&](const std::string& why, const std::string& suggestion = "") {
    return UserError(fmt::format("run {} has no Θ to give", named.run), why, suggestion, {named.file});
  };
  const auto which = static_cast<std::size_t>(results.read_rows("design/architecture", row, 1).values.at(0));
  const std::string architecture = results.texts("architectures/name").at(which);
  if (architecture != "plastic_mlp")
    throw refuse(fmt::format("its architecture is {}, and plastic_mlp learns coefficients", architecture));
  if (results.read_rows("state/status", row, 1).values.at(0) != kDone) throw refuse("it is not done");
  if (!results.has("snapshots/parameters") || !results.has("snapshots/constants"))
    throw refuse("its study kept no parameters", "Run it with [snapshots] weights = true.");
}

/// How many coefficients the run has: rows of the block of parameters that its architecture has alone.
std::size_t n_terms_of(const Hdf5ArrayArchive& results, std::size_t row) {
  const auto which = static_cast<std::size_t>(results.read_rows("design/architecture", row, 1).values.at(0));
  const auto n = static_cast<std::size_t>(results.read_rows("architectures/parameter_rows", which, 1).values.at(0));
  return std::min(n, kTerms);
}

}  // namespace

bool names_learned_theta(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  return colon != std::string::npos && text.find('/', colon) == std::string::npos && !std::filesystem::exists(text);
}

NpyArray read_learned_theta(const std::string& text) {
  const NamedRun named(text);
  const auto results = open_results(named.file);
  const std::size_t row = row_of(named, results->texts("design/key"));
  expect_theta(*results, named, row);
  const std::size_t n = n_terms_of(*results, row);
  const NpyArray levels = results->read_rows("snapshots/parameters", row, 1);  // [1 x level x parameter]
  const NpyArray constants = results->read_rows("snapshots/constants", row, 1);
  const double* const last = levels.values.data() + (levels.shape.at(1) - 1) * levels.shape.at(2);
  NpyArray theta{{kTerms}, std::vector<double>(kTerms, 0.0)};
  for (std::size_t i = 0; i < n; ++i) {
    const auto term = static_cast<std::size_t>(constants.values.at(i));  // the blocks term [n], then scale [n]
    theta.values.at(term) = constants.values.at(n + i) * last[i];
  }
  return theta;
}

}  // namespace cohort
