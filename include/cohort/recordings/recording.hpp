#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/recordings/recorded_array.hpp>
#include <cohort/recordings/recording_axes.hpp>
#include <cohort/recordings/trial_cut.hpp>
#include <cohort/recordings/unit_transform.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// What others measured, on samples that can be compared with a network's. A sample is a (condition, time) pair, time
/// fastest within a condition.
struct Recording {
  std::string source{};              ///< the file: what messages call it
  Axes axes{};                       ///< of the array as stored: "units", "time", "conditions", "trials"; "samples"
  std::vector<std::size_t> shape{};  ///< of the array as stored
  bool axes_are_given = false;       ///< by the user or by the file; else the usual ones of such an array
  Index n_conditions = 0;            ///< 0: unknown
  MatrixXd values{};                 ///< [n_samples x n_units]; the mean over trials where there are several
  /// Each [n_samples x n_units], before units were chosen; empty unless the file keeps trials apart. Of a condition
  /// with fewer trials than others the first ones stand here, then NaN.
  std::vector<MatrixXd> trials{};
  std::vector<Index> trial_counts{};      ///< per condition (one, where conditions are unknown); empty without trials
  UnitTransform units{};                  ///< what was made of the units of a mean over trials
  std::vector<std::string> conditions{};  ///< labels [n_conditions]; empty: none given
  /// Those of the file, and so of a network, that these are, where some are left out; empty: all of them.
  std::vector<Index> kept_conditions{};
  Index n_left_out = 0;                            ///< how many others there are
  std::vector<std::string> left_out_conditions{};  ///< their labels, if there are
  double start_ms = 0, step_ms = 0;                ///< of its samples as stored; step 0: the file does not say
  /// What is made of the samples of a network that stands beside it, [n_bins x n_times] for every condition; empty:
  /// nothing.
  MatrixXd network_times{};
  double precision = std::numeric_limits<double>::epsilon();  ///< of the numbers as stored, see NpyArray
  std::vector<std::string> remarks{};                         ///< what a user should know of how it was read
  std::uint64_t content = 1;  ///< hash of shape, numbers and unusual axes, never 0: what results from it depend on

  Index n_samples() const { return values.rows(); }
  Index n_units() const { return values.cols(); }
};

/// An array as a recording. Its axes are `axes`, else what the file says, else the usual ones (see usual_axes).
///
/// With a `grid` of conditions and times, an array without named axes that could be read in more than one way (units
/// and samples of equal number, say) is not guessed. Throws UserError for that, for axes that do not fit the array, for
/// other numbers of dimensions, and for a matrix of distances or correlations, which is no activity.
Recording recording_from(const RecordedArray& array, const std::string& source, const Axes& axes = {},
                         const std::optional<SampleGrid>& grid = {});
Recording recording_from(const NpyArray& array, const std::string& source);

/// Reads a recording from a file of any known format (see recording_formats), by whichever process looks at files; a
/// session is cut into trials as `cut` says. Throws UserError.
Recording read_recording(const std::string& path, const Axes& axes = {}, const std::optional<SampleGrid>& grid = {},
                         const TrialCut& cut = {});

/// Puts samples of conditions number `from` in place of all, trials too. Labels stay.
void choose_conditions(Recording& recording, const std::vector<Index>& from);

/// Its conditions in the order of `names`, with a remark where that was another one; those that were left out are left
/// out of these. Throws UserError when the labels of the recording, which must have some, are not these.
Recording in_order_of(Recording recording, const std::vector<std::string>& names);

}  // namespace cohort
