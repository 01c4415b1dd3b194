#pragma once

#include <cohort/store/generated.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cohort {

/// Types of values in a results file. Text is UTF-8: constants are strings of any length; what ranks write while they
/// work, which HDF5 cannot do with those, is netCDF's array of characters along one more axis, `string<length>`, padded
/// with zeros. (Arrays of fixed-length strings crash netCDF-C up to 4.9.0.)
enum class ValueType { u8, i32, i64, u64, f32, f64, text };

/// Bytes of one value of `type`; `text_length` counts for text only.
std::size_t bytes_of(ValueType type, std::size_t text_length = 0);

/// Sizes, starts or counts, outermost dimension first.
using Extent = std::vector<std::size_t>;

/// One named axis. Every group that uses it gets a dimension scale of its own, `<group>/<name>`: readers such as
/// h5netcdf find it there, and each group is complete in itself.
struct Dimension {
  std::string name{};
  std::size_t size = 0;
  std::string long_name{};
  std::string units = "1";
  std::vector<std::string> labels{};  ///< [size] coordinates as text; or
  std::vector<double> values{};       ///< [size] coordinates as numbers; neither: 0, 1, 2, ...
};

/// Content that is known before the first run (codes, keys), in C order; monostate: none.
using Constants =
    std::variant<std::monostate, Generated<std::int32_t>, Generated<float>, Generated<double>, Generated<std::string>>;

/// One dataset. Until it is written it holds NaN (floats), -1 (i32, i64), 0 (u8, u64) or empty text.
///
/// Convention: a dataset whose first dimension is `run` depends on that run alone, so its rows move with the run
/// when a study grows (see open_for_study).
struct DatasetInfo {
  std::string path{};  ///< "/curves/loss"
  ValueType type = ValueType::f64;
  std::vector<std::string> dimensions{};  ///< names, outermost first; none: one single value
  std::string units = "1";                ///< not written for text and codes
  std::string long_name{};
  std::vector<std::string> flag_meanings{};  ///< names of the integer codes 0, 1, 2, ... (CF flag_values)
  std::size_t text_length = 0;               ///< bytes, for text only
  Constants constants{};
  std::string cell_methods{};  ///< what was averaged over what, as CF says it: "trial: mean"
  std::string comment{};       ///< anything else a reader must know, such as a formula
  /// Of what analyses compute: the dataset, along some of the same axes, that says from what (itself for that one).
  /// When a study grows, all datasets of one made_from move together.
  std::string made_from{};
  std::map<std::string, std::string> attributes{};  ///< further ones, as text
};

/// Everything a results file will ever hold, made before the first run.
struct Schema {
  std::vector<Dimension> dimensions{};
  std::vector<DatasetInfo> datasets{};
  std::map<std::string, std::string> attributes{};  ///< of the root group; text of any length

  /// The dimension called `name`. Throws InternalError when there is none.
  const Dimension& dimension(std::string_view name) const;
  /// Sizes of all dimensions of `info`.
  Extent extent(const DatasetInfo& info) const;
  /// Adds what `other` has; a dimension that is in both must have the same size, and is kept once.
  void append(const Schema& other);
};

/// Throws InternalError unless names are unique, dimensions known and not empty, constants complete.
void validate(const Schema& schema);

/// As HDF5 sees it: texts that are no constants have an axis of characters.
Schema with_character_axes(Schema schema);
/// "string64"
std::string character_axis(std::size_t text_length);

/// The dimension scales of every group, as datasets with constants.
std::vector<DatasetInfo> dimension_scales(const Schema& schema);

/// Bytes the file takes on disk, with a generous estimate of HDF5's own part.
std::uint64_t storage_bytes(const Schema& schema);

/// What a study costs on disk as it grows: bytes that belong to each run, and to each of its ordered pairs of runs (the
/// distances in both directions count as two).
struct StorageCost {
  std::uint64_t per_run = 0, per_pair = 0;
};
StorageCost storage_cost(const Schema& schema);

/// "/curves" for "/curves/loss", "/" for "/loss".
std::string group_of(const std::string& path);

/// Number of values in a block of this extent.
std::size_t volume(const Extent& extent);

}  // namespace cohort
