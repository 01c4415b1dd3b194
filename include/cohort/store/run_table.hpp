#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/similarity/cut_representation.hpp>
#include <cohort/store/results_file.hpp>
#include <cohort/study/run_result.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace cohort {

class CutRows;

/// One attempt at a run: who made it, and when. Times are seconds since 1970 (UTC).
struct Attempt {
  int number = 1;  ///< counts from 1
  int rank = 0;
  double started = 0;
  double finished = 0;
};

/// What /state says about one run. Times are NaN where there is none.
struct RunState {
  RunStatus status = RunStatus::pending;
  int attempts = 0;
  int rank = -1;  ///< -1: never started
  double started = 0;
  double finished = 0;
  double wall_seconds = 0;
  double cpu_seconds = 0;
  std::string message{};
};

/// Whether rows of a payload dataset may stay blank and then count for nothing in their checksum: the curves of a
/// rule's own, which other runs do not have, and what files of before did not keep.
bool may_be_blank(const std::string& dataset);

/// The runs of a results file: one row each in /state, /curves and /snapshots.
///
/// A row is written as payload, then checksum, then status: whoever is killed in between leaves a row that does not
/// count. Rows are written and read independently; two ranks must not write the same row at once.
class RunTable {
 public:
  /// `file` must outlive the table. Throws UserError when it has no such groups.
  explicit RunTable(ResultsFile& file);

  std::size_t n_runs() const { return n_runs_; }
  const std::vector<std::string>& levels() const { return levels_; }
  /// Names of the curves, sorted.
  std::vector<std::string> curve_names() const;
  /// The run's key, [n_runs].
  std::vector<std::string> keys() const;

  /// Notes that an attempt begins, so that a run that kills its job is known.
  void begin(std::size_t run, const Attempt& attempt);
  /// Notes that a run that was begun is not trained any more: it was given up in good order, or it is known that its
  /// rank died. Rows that are pending and have a rank are of runs that are trained now, or were when their job died.
  void leave(std::size_t run);
  /// Writes a finished, diverged or failed run. Curves and snapshots the result does not have are written as fill
  /// values. Throws InternalError when the result does not fit the file.
  void write(std::size_t run, const RunResult& result, const Attempt& attempt);

  /// Status of all runs as it stands, checksums not looked at: cheap.
  std::vector<RunStatus> read_status() const;
  /// How often a run was begun.
  int read_attempts(std::size_t run) const;
  /// Which rank began each run last; -1 where none did, or where it left it.
  std::vector<std::int32_t> read_ranks() const;
  /// Everything /state says, of one run or of all.
  RunState read_state(std::size_t run) const;
  std::vector<RunState> read_states() const;
  /// Which runs are done or diverged AND have a right checksum (collective when the file is: each rank checks its
  /// part, all get the same answer). Reads the whole payload.
  std::vector<bool> finished() const;
  /// The same for one run (independent).
  bool is_finished(std::size_t run) const;

  /// Everything as it was written (independent). Snapshots of levels never reached are empty.
  RunResult read(std::size_t run) const;
  /// [n_updates + 1], NaN where there is no value.
  std::vector<float> read_curve(std::size_t run, const std::string& curve) const;
  /// Updates made before the level was reached; -1: never.
  int read_update(std::size_t run, std::size_t level) const;
  double read_error(std::size_t run, std::size_t level) const;
  /// [n_samples x n_units] without padding; empty when the level was never reached or nothing is stored. A compressed
  /// one is rebuilt, NaN where it was not finite.
  Matrix<float> read_representation(std::size_t run, std::size_t level) const;
  /// A compressed representation as it is stored; none where the file has raw ones, or the level was never reached.
  std::optional<CutRepresentation> read_cut_representation(std::size_t run, std::size_t level) const;
  /// [n_samples x n_outputs]; empty when the level was never reached or nothing is stored.
  Matrix<float> read_outputs(std::size_t run, std::size_t level) const;
  /// [n_parameters] without padding; empty when the level was never reached or nothing is stored.
  std::vector<float> read_parameters(std::size_t run, std::size_t level) const;

  /// What was noted of the run's network; NaN where the file is from before it was.
  NetworkFacts read_network(std::size_t run) const;

  /// Rows that are read or copied at once: a few megabytes of payload.
  std::size_t rows_per_block() const;

  /// Computes the checksums of the rows first, first + 1, ... as they stand in the file, writes them, then their
  /// `status`: makes rows that were copied count.
  void seal(std::size_t first, std::span<const RunStatus> status);

 private:
  using Row = std::variant<std::vector<std::int32_t>, std::vector<float>, std::vector<double>>;

  Row row_of(const std::string& dataset, const RunResult& result) const;
  static Row cut_row(const CutRows& cut, const std::string& dataset);
  Matrix<float> rebuilt_representation(std::size_t run, std::size_t level) const;
  Row curve_row(const std::string& dataset, const RunResult& result) const;
  Row samples_row(const std::string& dataset, const RunResult& result, Matrix<float> Snapshot::*samples) const;
  Row parameters_row(const RunResult& result) const;
  Row constants_row(const RunResult& result) const;
  Row read_rows(const std::string& dataset, std::size_t first, std::size_t count) const;
  std::vector<std::uint64_t> checksums(std::size_t first, std::span<const RunStatus> status) const;
  std::vector<RunStatus> read_status(std::size_t first, std::size_t count) const;
  std::vector<std::uint8_t> are_finished(std::size_t first, std::size_t count) const;
  void write_row(const std::string& dataset, std::size_t run, const Row& row);
  void finish_row(std::size_t run, std::uint64_t checksum, RunStatus status);
  std::size_t row_volume(const std::string& dataset) const;

  ResultsFile& file_;
  std::size_t n_runs_;
  std::vector<std::string> levels_;
  std::vector<std::string> curves_;   ///< paths, sorted
  std::vector<std::string> payload_;  ///< all paths the checksum covers, in its order
};

}  // namespace cohort
