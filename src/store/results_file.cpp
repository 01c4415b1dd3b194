#include "hdf5_types.hpp"
#include "partial_file.hpp"
#include "schema_writer.hpp"

#include <cohort/store/repack.hpp>
#include <cohort/store/results_file.hpp>
#include <cohort/store/together.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <exception>
#include <filesystem>
#include <map>

#include <fcntl.h>
#include <unistd.h>

namespace cohort {
namespace {

bool any_abandoned = false;  ///< of those that several ranks had open

constexpr const char* format_name = "cohort-results";

/// Runs `call`; an HDF5 failure there is the world's fault (disk, permissions), not ours.
template <class Call>
auto blame_world(const std::string& path, const std::string& problem, Call&& call, const char* suggestion = "") {
  try {
    return call();
  } catch (const Hdf5Error& error) {
    throw UserError(problem, "HDF5: " + error.detail(), suggestion, {path});
  }
}

/// How one process opens a file for itself: without locks, so that it never disturbs the job that writes it.
Hdf5Handle serial_access() {
  Hdf5Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make a property list");
  checked(H5Pset_file_locking(properties, false, true), "switch off file locking");
  checked(H5Pset_sieve_buf_size(properties, 0), "switch off read-ahead");  // would serve stale rows
  return properties;
}

/// Metadata is written by all ranks together and read by each alone: collective reads are broken in HDF5
/// 1.10.5 to 1.10.8.
Hdf5Handle parallel_access(MPI_Comm comm) {
  Hdf5Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make a property list");
  checked(H5Pset_fapl_mpio(properties, comm, MPI_INFO_NULL), "choose MPI input and output");
  checked(H5Pset_coll_metadata_write(properties, true), "choose collective metadata writes");
  checked(H5Pset_all_coll_metadata_ops(properties, false), "choose independent metadata reads");
  return properties;
}

Hdf5Handle open_file(const std::string& path, unsigned flags, hid_t access) {
  return {H5Fopen(path.c_str(), flags, access), H5Fclose, "open the file"};
}

/// A plain duplicate: HDF5's own traffic must not meet the job's, and Cartesian communicators corrupt files.
MPI_Comm duplicate(MPI_Comm comm) {
  MPI_Comm copy = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(comm, &copy), "MPI_Comm_dup");
  return copy;
}

bool mpi_is_over() {
  int over = 0;
  MPI_Finalized(&over);
  return over != 0;
}

/// The time now, on rank 0's clock: all ranks must write the same attribute.
std::string agreed_utc(MPI_Comm comm) {
  std::int64_t now = std::time(nullptr);
  check_mpi(MPI_Bcast(&now, 1, MPI_INT64_T, 0, comm), "MPI_Bcast");
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(now)));
}

void check_permission(const std::string& path, int mode, const char* problem) {
  if (::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) != 0)
    throw UserError(problem, std::strerror(errno), "", {path});
}

/// Throws UserError when the file is for reading only.
void check_writable(const std::string& path) {
  check_permission(path, W_OK, "cannot be written");
  const Hdf5Handle file = open_file(path, H5F_ACC_RDONLY, serial_access());
  if (!read_text_attribute(file, kRepacked).empty())
    throw UserError("a compressed copy, for reading only", "jobs write rows in place",
                    "`cohort merge STUDY` with this file makes one that can be written.", {path});
}

void check_format(const std::string& path, const std::string& format, const std::string& version) {
  if (format != format_name)
    throw UserError("an HDF5 file, but no results file of Cohort", "it was left as it is",
                    "Choose another name for the results.", {path});
  int number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  if (number < 1 || number > results_format_version)
    throw UserError(fmt::format("results in format {}", version),
                    fmt::format("this program reads formats up to {}", results_format_version), "Use a newer Cohort.",
                    {path});
}

/// Makes the file with this process alone: strings of any length are beyond parallel HDF5.
void create_alone(const std::string& path, const Schema& schema) {
  Hdf5Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, serial_access()), H5Fclose, "create the file");
  create_schema(file, schema);
  file.close("close the file");
}

/// Calls `call`; when that fails nothing is left on the disk.
void guarded_by(const PartialFile& partial, const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception&) {
    partial.remove();
    throw;
  }
}

}  // namespace

struct ResultsFile::State {
  struct Dataset {
    Hdf5Handle handle;
    Extent extent;                 ///< without the axis of characters
    std::size_t n_characters = 0;  ///< along that axis; 0: there is none
  };

  std::string path;
  MPI_Comm comm = MPI_COMM_NULL;
  Hdf5Handle file;
  std::map<std::string, Dataset> datasets;  ///< those used so far; opening one reads metadata only
  int exceptions = std::uncaught_exceptions();

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  ~State() {
    if (file < 0) return;
    const bool others_may_not_close = mpi_is_over() || std::uncaught_exceptions() > exceptions;
    try {
      if (comm != MPI_COMM_NULL && others_may_not_close)
        abandon();
      else
        close();
    } catch (const std::exception&) {
      abandon();  // whoever wants to know calls close()
    }
  }

  Dataset& dataset(const std::string& name) {
    const auto known = datasets.find(name);
    if (known != datasets.end()) return known->second;
    Hdf5Handle handle = blame_world(path, "has no dataset " + name, [&] {
      return Hdf5Handle(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, "open a dataset");
    });
    const Hdf5Handle space(H5Dget_space(handle), H5Sclose, "read a dataspace");
    std::vector<hsize_t> sizes(checked(H5Sget_simple_extent_ndims(space), "read a dataspace"));
    if (!sizes.empty()) checked(H5Sget_simple_extent_dims(space, sizes.data(), nullptr), "read a dataspace");
    Dataset opened{std::move(handle), Extent(sizes.begin(), sizes.end())};
    check_size(name, opened);
    if (has_character_axis(opened.handle, opened.extent)) {
      opened.n_characters = opened.extent.back();
      opened.extent.pop_back();
    }
    return datasets.emplace(name, std::move(opened)).first->second;
  }

  /// A damaged file may claim more values than it can hold; nobody must make room for them.
  void check_size(const std::string& name, const Dataset& opened) const {
    constexpr double largest_compression = 1100;  // deflate packs 1032 bytes into one
    const Hdf5Handle type(H5Dget_type(opened.handle), H5Tclose, "read a type");
    double bytes = static_cast<double>(H5Tget_size(type));
    for (const std::size_t size : opened.extent) bytes *= static_cast<double>(size);
    std::error_code none;
    const auto file_bytes = static_cast<double>(std::filesystem::file_size(path, none));
    if (!none && bytes > largest_compression * std::max(file_bytes, 4096.0))
      throw UserError(fmt::format("damaged: {} would need {:.2g} bytes", name, bytes), "the file has not so many",
                      "Restore it from a copy.", {path});
  }

  /// Start and count of a block as the file sees it.
  static std::pair<Extent, Extent> in_file(const Dataset& dataset, Extent start, Extent count) {
    if (dataset.n_characters > 0) {
      start.push_back(0);
      count.push_back(dataset.n_characters);
    }
    return {start, count};
  }

  void write(const std::string& name, const Extent& start, const Extent& count, hid_t type, const void* values,
             H5FD_mpio_xfer_t mode) {
    blame_world(path, "cannot write " + name, [&] {
      const Dataset& target = dataset(name);
      const auto [first, size] = in_file(target, start, count);
      const Selection selection = select(target.handle, first, size);
      const Hdf5Handle transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose, "make a property list");
      if (comm != MPI_COMM_NULL) checked(H5Pset_dxpl_mpio(transfer, mode), "choose the way of writing");
      checked(H5Dwrite(target.handle, type, selection.memory, selection.file, transfer, values), "write a block");
    });
  }

  void read(const std::string& name, const Extent& start, const Extent& count, hid_t type, void* values) {
    blame_world(path, "cannot read " + name, [&] {
      const Dataset& source = dataset(name);
      const auto [first, size] = in_file(source, start, count);
      const Selection selection = select(source.handle, first, size);
      checked(H5Dread(source.handle, type, selection.memory, selection.file, H5P_DEFAULT, values), "read a block");
    });
  }

  Hdf5Handle type_of(const std::string& name) { return {H5Dget_type(dataset(name).handle), H5Tclose, "read a type"}; }

  /// Strings of any length. The pointers are HDF5's until it is told to take them back.
  std::vector<std::string> read_strings(const std::string& name, const Extent& start, const Extent& count) {
    const Hdf5Handle type = variable_text_type();
    std::vector<char*> pointers(volume(count), nullptr);
    read(name, start, count, type, pointers.data());
    std::vector<std::string> texts;
    for (const char* pointer : pointers) texts.emplace_back(pointer == nullptr ? "" : pointer);
    for (char* pointer : pointers) checked(H5free_memory(pointer), "free a text");
    return texts;
  }

  void close() {
    datasets.clear();
    together(comm, [&] { blame_world(path, "cannot be closed", [&] { file.close("close the file"); }); });
    if (comm != MPI_COMM_NULL) check_mpi(MPI_Comm_free(&comm), "MPI_Comm_free");
  }

  void abandon() noexcept {
    any_abandoned = any_abandoned || comm != MPI_COMM_NULL;
    for (auto& [name, dataset] : datasets) dataset.handle.release();
    datasets.clear();
    file.release();
    comm = MPI_COMM_NULL;
  }
};

ResultsFile::ResultsFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
ResultsFile::ResultsFile(ResultsFile&&) noexcept = default;

ResultsFile::~ResultsFile() = default;

ResultsFile ResultsFile::create(const std::string& path, Schema schema, MPI_Comm comm, const Prepare& prepare,
                                Existing existing) {
  prepare_hdf5();
  schema.attributes["format"] = format_name;
  schema.attributes["format_version"] = std::to_string(results_format_version);
  schema.attributes["Conventions"] = "CF-1.10";
  schema.attributes["created_utc"] = agreed_utc(comm);
  schema = with_character_axes(std::move(schema));
  validate(schema);

  const bool is_first = rank_of(comm) == 0;
  const PartialFile partial(path, existing == Existing::replace);
  together(comm, [&] {
    if (is_first) partial.start(storage_bytes(schema));
  });
  const auto blame_disk = [&](const auto& call) {
    try {
      call();
    } catch (const Hdf5Error& error) {
      const std::string space = partial.space_left(storage_bytes(schema));
      throw UserError("cannot be written", fmt::format("{}; HDF5: {}", space, error.detail()), "", {path});
    }
  };
  together(comm, [&] {
    if (is_first) guarded_by(partial, [&] { blame_disk([&] { create_alone(partial.path(), schema); }); });
  });
  auto state = std::make_unique<State>();
  state->path = partial.path();
  state->comm = duplicate(comm);
  together(comm, [&] {
    state->file = blame_world(path, "cannot be created",
                              [&] { return open_file(partial.path(), H5F_ACC_RDWR, parallel_access(state->comm)); });
  });
  ResultsFile file(std::move(state));
  try {
    together(comm, [&] { blame_disk([&] { fill_schema(file.state_->file, schema, comm); }); });
    together(comm, [&] {
      if (prepare) prepare(file);
    });
    file.flush();
    file.close();
  } catch (const std::exception&) {  // on every rank
    discard(file, partial);
    throw;
  }
  together(comm, [&] {
    if (is_first) partial.finish();
  });
  return open(path, Access::read_write, comm);
}

/// Closes and deletes a file whose making failed (collective). Closing writes, so there must be room on the disk.
void ResultsFile::discard(ResultsFile& file, const PartialFile& partial) {
  const bool is_first = rank_of(file.state_->comm) == 0;
  try {
    together(file.state_->comm, [&] {
      if (is_first) partial.make_empty();
    });
    if (file.state_->file >= 0) file.close();
  } catch (const std::exception&) {
    file.abandon();  // the error that brought us here is the one to tell
  }
  if (is_first) partial.remove();
}

ResultsFile ResultsFile::open(const std::string& path, Access access, MPI_Comm comm) {
  prepare_hdf5();
  together(comm, [&] {
    if (rank_of(comm) != 0) return;
    check_results_file(path);
    if (access == Access::read_write) check_writable(path);
  });
  auto state = std::make_unique<State>();
  state->path = path;
  state->comm = duplicate(comm);
  together(comm, [&] {
    const Hdf5Handle properties = parallel_access(state->comm);
    state->file = blame_world(path, "cannot be opened", [&] {
      return open_file(path, access == Access::read ? H5F_ACC_RDONLY : H5F_ACC_RDWR, properties);
    });
  });
  return ResultsFile(std::move(state));
}

ResultsFile ResultsFile::open_serial(const std::string& path) {
  check_results_file(path);
  auto state = std::make_unique<State>();
  state->path = path;
  state->file = open_file(path, H5F_ACC_RDONLY, serial_access());
  return ResultsFile(std::move(state));
}

const std::string& ResultsFile::path() const { return state_->path; }
MPI_Comm ResultsFile::communicator() const { return state_->comm; }

bool ResultsFile::has(const std::string& dataset) const {
  const std::string group = group_of(dataset);
  if (group != "/" && !has(group)) return false;
  return checked(H5Lexists(state_->file, dataset.c_str(), H5P_DEFAULT), "look for a dataset") > 0;
}

const Extent& ResultsFile::extent(const std::string& dataset) { return state_->dataset(dataset).extent; }

std::vector<std::string> ResultsFile::axes(const std::string& dataset) {
  std::vector<std::string> names;
  for (unsigned axis = 0; axis < extent(dataset).size(); ++axis)
    names.push_back(axis_name(state_->dataset(dataset).handle, axis));
  return names;
}

bool ResultsFile::is_text(const std::string& dataset) { return H5Tget_class(state_->type_of(dataset)) == H5T_STRING; }

ValueType ResultsFile::value_type(const std::string& dataset) {
  if (is_text(dataset)) return ValueType::text;
  const Hdf5Handle stored = state_->type_of(dataset);
  for (const ValueType type :
       {ValueType::u8, ValueType::i32, ValueType::i64, ValueType::u64, ValueType::f32, ValueType::f64})
    if (H5Tequal(stored, number_type(type)) > 0) return type;
  throw UserError(fmt::format("has {} in a type that Cohort never writes", dataset), "", "", {path()});
}

std::vector<std::string> ResultsFile::groups() const {
  std::vector<std::string> paths;
  const auto keep = [](hid_t, const char* name, const H5O_info_t* info, void* found) -> herr_t {
    if (info->type == H5O_TYPE_GROUP && std::strcmp(name, ".") != 0)
      static_cast<std::vector<std::string>*>(found)->push_back(std::string("/") + name);
    return 0;
  };
  checked(H5Ovisit2(state_->file, H5_INDEX_NAME, H5_ITER_INC, keep, &paths, H5O_INFO_BASIC), "list the groups");
  return paths;
}

std::vector<std::string> ResultsFile::datasets(const std::string& group, Listing listing) const {
  std::vector<std::string> paths;
  if (!has(group)) return paths;
  struct Visit {
    std::string group;
    std::vector<std::string>* paths;
    bool with_scales;
  } visit{group, &paths, listing == Listing::with_scales};
  const auto keep = [](hid_t parent, const char* name, const H5L_info_t*, void* data) -> herr_t {
    const hid_t object = H5Oopen(parent, name, H5P_DEFAULT);
    if (object < 0) return -1;
    auto& [owner, found, with_scales] = *static_cast<Visit*>(data);
    if (H5Iget_type(object) == H5I_DATASET && (with_scales || H5Aexists(object, "CLASS") == 0))
      found->push_back(owner + "/" + name);
    return H5Oclose(object);
  };
  const Hdf5Handle parent(H5Gopen2(state_->file, group.c_str(), H5P_DEFAULT), H5Gclose, "open a group");
  checked(H5Literate(parent, H5_INDEX_NAME, H5_ITER_INC, nullptr, keep, &visit), "list a group");
  return paths;
}

std::string ResultsFile::attribute(const std::string& object, const std::string& name) const {
  const Hdf5Handle handle(H5Oopen(state_->file, object.c_str(), H5P_DEFAULT), H5Oclose, "open an object");
  return read_text_attribute(handle, name.c_str());
}

template <class Value>
void ResultsFile::write(const std::string& dataset, const Extent& start, const Extent& count,
                        std::span<const Value> values) {
  expects(values.size() == volume(count), "as many values as the block has");
  state_->write(dataset, start, count, memory_type<Value>(), values.data(), H5FD_MPIO_INDEPENDENT);
}

void ResultsFile::write_text(const std::string& dataset, const Extent& start, const Extent& count,
                             std::span<const std::string> texts) {
  expects(texts.size() == volume(count), "as many texts as the block has");
  const std::size_t length = state_->dataset(dataset).n_characters;
  expects(length > 0, "a dataset of characters");
  state_->write(dataset, start, count, character_type(), packed(texts, length).data(), H5FD_MPIO_INDEPENDENT);
}

template <class Value>
void ResultsFile::write_collective(const std::string& dataset, const Extent& start, const Extent& count,
                                   std::span<const Value> values) {
  together(state_->comm, [&] {
    expects(values.size() == volume(count), "as many values as the block has");
    state_->dataset(dataset);
  });
  together(state_->comm,
           [&] { state_->write(dataset, start, count, memory_type<Value>(), values.data(), H5FD_MPIO_COLLECTIVE); });
}

template <class Value>
std::vector<Value> ResultsFile::read(const std::string& dataset, const Extent& start, const Extent& count) {
  std::vector<Value> values(volume(count));
  state_->read(dataset, start, count, memory_type<Value>(), values.data());
  return values;
}

std::vector<std::string> ResultsFile::read_text(const std::string& dataset, const Extent& start, const Extent& count) {
  expects(is_text(dataset), "a text dataset");
  const Hdf5Handle type = state_->type_of(dataset);
  if (checked(H5Tis_variable_str(type), "read a type") > 0) return state_->read_strings(dataset, start, count);
  // Characters, or strings of a fixed length in files of before.
  const std::size_t n_characters = state_->dataset(dataset).n_characters;
  const std::size_t length = n_characters > 0 ? n_characters : H5Tget_size(type);
  std::vector<char> bytes(volume(count) * length);
  state_->read(dataset, start, count, n_characters > 0 ? character_type() : fixed_text_type(length), bytes.data());
  std::vector<std::string> texts;
  for (std::size_t item = 0; item < volume(count); ++item) {
    const char* begin = &bytes[item * length];
    texts.emplace_back(begin, std::find(begin, begin + length, '\0'));
  }
  return texts;
}

template <class Value>
std::vector<Value> ResultsFile::read(const std::string& dataset) {
  const Extent& all = extent(dataset);
  return read<Value>(dataset, Extent(all.size(), 0), all);
}

std::vector<std::string> ResultsFile::read_text(const std::string& dataset) {
  const Extent& all = extent(dataset);
  return read_text(dataset, Extent(all.size(), 0), all);
}

void ResultsFile::flush() {
  together(state_->comm, [&] {
    blame_world(state_->path, "cannot be written",
                [&] { checked(H5Fflush(state_->file, H5F_SCOPE_GLOBAL), "flush the file"); });
  });
}

void ResultsFile::close() { state_->close(); }

void ResultsFile::abandon() noexcept { state_->abandon(); }

bool ResultsFile::is_any_abandoned() noexcept { return any_abandoned; }

void check_results_file(const std::string& path) {
  prepare_hdf5();
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw UserError("there is no such file", "", "", {path});
  if (std::filesystem::is_directory(status)) throw UserError("is a directory", "a file is needed", "", {path});
  check_permission(path, R_OK, "cannot be read");
  if (H5Fis_hdf5(path.c_str()) <= 0) {
    H5Eclear2(H5E_DEFAULT);
    throw UserError("not an HDF5 file", "it was left as it is", "Choose another name for the results.", {path});
  }
  blame_world(
      path, "damaged",
      [&] {
        const Hdf5Handle file = open_file(path, H5F_ACC_RDONLY, serial_access());
        check_format(path, read_text_attribute(file, "format"), read_text_attribute(file, "format_version"));
      },
      "Restore it from a copy, or choose another name for the results.");
}

#define COHORT_RESULTS_FILE_OF(Value)                                                                         \
  template void ResultsFile::write(const std::string&, const Extent&, const Extent&, std::span<const Value>); \
  template void ResultsFile::write_collective(const std::string&, const Extent&, const Extent&,               \
                                              std::span<const Value>);                                        \
  template std::vector<Value> ResultsFile::read(const std::string&, const Extent&, const Extent&);            \
  template std::vector<Value> ResultsFile::read(const std::string&);
COHORT_RESULTS_FILE_OF(std::uint8_t)
COHORT_RESULTS_FILE_OF(std::int32_t)
COHORT_RESULTS_FILE_OF(std::int64_t)
COHORT_RESULTS_FILE_OF(std::uint64_t)
COHORT_RESULTS_FILE_OF(float)
COHORT_RESULTS_FILE_OF(double)
#undef COHORT_RESULTS_FILE_OF

}  // namespace cohort
