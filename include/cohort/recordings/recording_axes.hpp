#pragma once

#include <cohort/core/matrix.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// Names of the axes of an array, outermost first: "units", "time", "conditions", "trials", or "samples" for conditions
/// and times along one axis, time fastest.
using Axes = std::vector<std::string>;

/// Conditions and times that a recording is to have.
struct SampleGrid {
  Index n_conditions = 0, n_times = 0;
  Index n_samples() const { return n_conditions * n_times; }
};

/// Axes as a user writes them in one text: "units, time". Throws UserError unless check_axes would be content.
Axes parse_axes(const std::string& text);

/// Throws UserError unless these are axes of a recording: known names, none twice, "units" among them, and either
/// "samples" or at least one of "time" and "conditions".
void check_axes(const Axes& axes);

/// How an array is read that does not say what its axes are: [samples, units], [units, time, conditions], [units, time,
/// conditions, trials]; empty for any other number of dimensions.
Axes usual_axes(std::size_t n_dimensions);

/// All ways to read an array of 2 to 4 dimensions, the usual one first; others have none.
std::vector<Axes> possible_axes(std::size_t n_dimensions);

/// Whether an array of this shape, read so, has these conditions and times. Samples must be as many as the grid has.
bool fits(const Axes& axes, const std::vector<std::size_t>& shape, const SampleGrid& grid);

/// Those of possible_axes that fit.
std::vector<Axes> fitting_axes(const std::vector<std::size_t>& shape, const SampleGrid& grid);

/// "[units 7, time 121, conditions 8]"
std::string axes_text(const Axes& axes, const std::vector<std::size_t>& shape);

/// `["units", "time"]`: as a study file has them.
std::string axes_as_written(const Axes& axes);

}  // namespace cohort
