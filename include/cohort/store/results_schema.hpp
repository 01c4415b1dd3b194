#pragma once

#include <cohort/store/schema.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

/// One factor of the study: the names of its levels, and which one each run has.
struct FactorCodes {
  std::string name{};  ///< "rule", "architecture", "initialization", "seed"
  std::string long_name{};
  Generated<std::string> levels{};
  Generated<std::int32_t> codes{};  ///< [n_runs] index into levels
};

/// One curve that every run leaves, a value per update.
struct CurveInfo {
  std::string name{};  ///< "loss", "error", ...
  std::string long_name{};
  std::string units = "1";
  std::string comment{};
};

/// Everything the design says about sizes: what results_schema needs to know.
struct ResultsShape {
  Generated<std::string> keys{};  ///< [n_runs] at most 32 bytes each, each once
  std::vector<FactorCodes> factors{};
  std::vector<CurveInfo> curves{};
  std::size_t n_updates = 0;                     ///< curves have n_updates + 1 values: one before the first update
  std::vector<std::string> levels{};             ///< labels of the snapshots; none: no /snapshots
  std::vector<double> chance{};                  ///< [levels] optional: what outputs that never change score, or NaN
  std::size_t n_samples = 0;                     ///< of a representation, condition x step; 0: none is stored
  std::vector<std::int32_t> sample_condition{};  ///< [n_samples] optional: trial condition of each sample
  std::vector<std::int32_t> sample_step{};       ///< [n_samples] optional: time step of each sample
  std::size_t max_units = 0;                     ///< of the largest network
  std::size_t n_components = 0;                  ///< of compressed representations at most; 0: raw ones are stored
  double tolerance = 0;                          ///< of compressed representations, see cut_representation.hpp
  std::vector<std::string> outputs{};            ///< their names; none: outputs are not stored
  std::size_t max_constants = 0;                 ///< of the largest network; stored with the parameters
  std::size_t max_parameters = 0;                ///< of the largest network; 0: parameters are not stored
};

/// The groups every results file has: /design, /state, /curves, /snapshots, /networks, /segments.
/// Other rooms append theirs (similarity, dynamics) with Schema::append. Root attributes are the caller's
/// (title, study_key, study, build); ResultsFile::create adds those about the format.
/// Throws InternalError when codes and keys do not fit together; what is listed is looked at, what is generated
/// trusted.
Schema results_schema(const ResultsShape& shape);

/// Names of a factor's levels are attributes (flag_values, flag_meanings) up to this number; attributes of HDF5 end at
/// 64 KB, so those of more levels are the dataset /design/<factor>_names.
inline constexpr std::size_t max_flags = 16000;

/// Rows of /segments: the last one is overwritten when a job is started more often.
inline constexpr std::size_t max_segments = 64;

}  // namespace cohort
