#include <cohort/recordings/recording_axes.hpp>

#include <cohort/core/errors.hpp>
#include <cohort/core/nearest_name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cohort {
namespace {

const Axes& known_axes() {
  static const Axes names{"units", "time", "conditions", "trials", "samples"};
  return names;
}

bool has(const Axes& axes, const char* name) { return std::find(axes.begin(), axes.end(), name) != axes.end(); }

/// Product of the extents of the axes called `name`: 1 without one.
std::size_t extent_of(const Axes& axes, const std::vector<std::size_t>& shape, const char* name) {
  const auto found = std::find(axes.begin(), axes.end(), name);
  return found == axes.end() ? 1 : shape[static_cast<std::size_t>(found - axes.begin())];
}

[[noreturn]] void refuse(const Axes& axes, const std::string& why, const std::string& suggestion) {
  throw UserError(fmt::format("axes {} are not those of a recording", axes_as_written(axes)), why, suggestion);
}

}  // namespace

Axes parse_axes(const std::string& text) {
  Axes axes;
  std::string name;
  for (const char c : text + ",") {
    if (c == ',') {
      axes.push_back(name);
      name.clear();
    } else if (c != ' ' && c != '[' && c != ']' && c != '"') {
      name += c;
    }
  }
  check_axes(axes);
  return axes;
}

void check_axes(const Axes& axes) {
  for (const std::string& axis : axes) {
    if (std::find(known_axes().begin(), known_axes().end(), axis) == known_axes().end())
      throw UserError(fmt::format("unknown axis '{}'", axis), fmt::format("known: {}", fmt::join(known_axes(), ", ")),
                      did_you_mean(axis, known_axes()));
    if (std::count(axes.begin(), axes.end(), axis) > 1) refuse(axes, fmt::format("{} stands twice", axis), "");
  }
  if (!has(axes, "units")) refuse(axes, "there are no units", "Name every axis, units among them.");
  const bool has_grid = has(axes, "time") || has(axes, "conditions");
  if (has(axes, "samples") && has_grid)
    refuse(axes, "samples are conditions and times along one axis", "Name either samples, or time and conditions.");
  if (!has(axes, "samples") && !has_grid) refuse(axes, "there is neither time nor conditions nor samples", "");
}

Axes usual_axes(std::size_t n_dimensions) {
  if (n_dimensions == 2) return {"samples", "units"};
  if (n_dimensions == 3) return {"units", "time", "conditions"};
  return n_dimensions == 4 ? Axes{"units", "time", "conditions", "trials"} : Axes{};
}

std::vector<Axes> possible_axes(std::size_t n_dimensions) {
  std::vector<Axes> all{usual_axes(n_dimensions)};
  if (n_dimensions < 2 || n_dimensions > 4) return all;
  Axes order = all.front();
  std::sort(order.begin(), order.end());
  do {
    if (order != all.front()) all.push_back(order);
  } while (std::next_permutation(order.begin(), order.end()));
  return all;
}

bool fits(const Axes& axes, const std::vector<std::size_t>& shape, const SampleGrid& grid) {
  if (axes.size() != shape.size()) return false;
  const auto is = [&](const char* name, Index wanted) {
    return extent_of(axes, shape, name) == static_cast<std::size_t>(wanted);
  };
  if (has(axes, "samples")) return is("samples", grid.n_samples());
  return is("time", grid.n_times) && is("conditions", grid.n_conditions);
}

std::vector<Axes> fitting_axes(const std::vector<std::size_t>& shape, const SampleGrid& grid) {
  std::vector<Axes> fitting = possible_axes(shape.size());
  std::erase_if(fitting, [&](const Axes& axes) { return !fits(axes, shape, grid); });
  return fitting;
}

std::string axes_text(const Axes& axes, const std::vector<std::size_t>& shape) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < axes.size(); ++i) parts.push_back(fmt::format("{} {}", axes[i], shape[i]));
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

std::string axes_as_written(const Axes& axes) {
  return axes.empty() ? "[]" : fmt::format("[\"{}\"]", fmt::join(axes, "\", \""));
}

}  // namespace cohort
