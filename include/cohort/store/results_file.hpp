#pragma once

#include <cohort/store/schema.hpp>

#include <mpi.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cohort {

class PartialFile;

/// One HDF5 file that all ranks of a job write, and that anybody may read at any moment.
///
/// The whole schema is made collectively before the first run; from then on ranks only write fixed blocks, each for
/// itself. So a job killed at any moment leaves a file that opens and holds every block that was written.
/// "Collective" means: every rank of the communicator must call it, in the same order.
///
/// The destructor closes the file (collective when opened with a communicator), unless an exception is on its way
/// or abandon() was called: then nobody can promise that the other ranks close it too. All objects must be gone
/// before MPI_Finalize. Row data is `std::uint8_t`, `std::int32_t`, `std::int64_t`, `std::uint64_t`, `float` or
/// `double`; HDF5 converts between numbers where the dataset has another type.
class ResultsFile {
 public:
  enum class Access { read, read_write };
  enum class Existing { refuse, replace };
  using Prepare = std::function<void(ResultsFile&)>;

  /// Makes `path` with everything `schema` describes, and opens it for reading and writing (collective).
  ///
  /// Built as `<path>.partial`, filled by `prepare` (called on every rank, may write), written to disk, then renamed:
  /// `path` is whole from the moment it exists. Adds the root attributes format, format_version, Conventions and
  /// created_utc. `schema` must be the same on all ranks. Throws UserError when the file exists (unless replaced),
  /// the directory cannot be written or the disk is full; then no file has changed.
  static ResultsFile create(const std::string& path, Schema schema, MPI_Comm comm, const Prepare& prepare = {},
                            Existing existing = Existing::refuse);

  /// Opens an existing file with all ranks of `comm` (collective). Throws UserError when it is missing, unreadable,
  /// truncated, or no results file of Cohort; it is never modified by that.
  static ResultsFile open(const std::string& path, Access access, MPI_Comm comm);

  /// Opens a file for reading with this process alone, without MPI; a job may be writing it.
  static ResultsFile open_serial(const std::string& path);

  ResultsFile(ResultsFile&&) noexcept;
  ResultsFile& operator=(ResultsFile&&) = delete;
  ~ResultsFile();

  const std::string& path() const;
  /// A communicator of this file's own; MPI_COMM_NULL when opened serially.
  MPI_Comm communicator() const;

  bool has(const std::string& dataset) const;
  /// Sizes of the dimensions. Throws UserError when the file has no such dataset.
  const Extent& extent(const std::string& dataset);
  /// What the dimensions are called, outermost first, without the axis of characters.
  std::vector<std::string> axes(const std::string& dataset);
  bool is_text(const std::string& dataset);
  /// Type of the numbers of a dataset; text for text. Throws UserError for a type that no results file has.
  ValueType value_type(const std::string& dataset);
  enum class Listing { data, with_scales };
  /// Paths of the datasets in `group`, sorted by name; empty when there is no such group.
  std::vector<std::string> datasets(const std::string& group, Listing listing = Listing::data) const;
  /// Paths of all groups, groups in groups too, sorted.
  std::vector<std::string> groups() const;
  /// A text attribute of a group or dataset; empty when there is none.
  std::string attribute(const std::string& object, const std::string& name) const;

  /// Writes one block: `values` in C order, volume(count) of them. Independent: any rank at any time, but no two
  /// ranks the same block. Throws UserError when the disk refuses.
  template <class Value>
  void write(const std::string& dataset, const Extent& start, const Extent& count, std::span<const Value> values);
  void write_text(const std::string& dataset, const Extent& start, const Extent& count,
                  std::span<const std::string> texts);

  /// The same, by all ranks together, each with its own block (collective); a rank without one counts zero.
  template <class Value>
  void write_collective(const std::string& dataset, const Extent& start, const Extent& count,
                        std::span<const Value> values);

  /// Reads one block, in C order (independent).
  template <class Value>
  std::vector<Value> read(const std::string& dataset, const Extent& start, const Extent& count);
  std::vector<std::string> read_text(const std::string& dataset, const Extent& start, const Extent& count);

  /// Reads a whole dataset.
  template <class Value>
  std::vector<Value> read(const std::string& dataset);
  std::vector<std::string> read_text(const std::string& dataset);

  /// Hands everything to the file system, so that every rank and reader sees it (collective).
  void flush();
  /// Closes the file and says when that fails (collective).
  void close();
  /// Lets go of the file without closing it, for when a rank is known to be dead. The data is safe; the process
  /// must then leave with `_exit`, because MPI_Finalize would close the file and wait for the dead.
  void abandon() noexcept;
  /// Whether any file of several ranks was abandoned: MPI_Finalize would close it collectively, and may wait for ever
  /// when that fails on one of them.
  static bool is_any_abandoned() noexcept;

 private:
  struct State;
  explicit ResultsFile(std::unique_ptr<State> state);
  static void discard(ResultsFile& file, const PartialFile& partial);
  std::unique_ptr<State> state_;
};

/// The newest layout this program reads and writes.
inline constexpr int results_format_version = 1;

/// Throws UserError unless `path` is a whole results file of Cohort that can be read. One process, no MPI.
void check_results_file(const std::string& path);

}  // namespace cohort
