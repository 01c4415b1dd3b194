#include <cohort/core/errors.hpp>
#include <cohort/similarity/representation.hpp>

#include <fmt/format.h>

namespace cohort {

namespace {

// A spread below this part of the values themselves is rounding, not signal.
constexpr double smallest_spread = 1e-12;

bool varies(const MatrixXd& values) { return centred(values).norm() > smallest_spread * values.norm(); }

// [units, time, conditions] in C order: value (unit, time, condition) becomes sample condition * n_times + time.
MatrixXd samples_by_units(const NpyArray& array) {
  const Index n_units = static_cast<Index>(array.shape[0]);
  const Index n_times = static_cast<Index>(array.shape[1]);
  const Index n_conditions = static_cast<Index>(array.shape[2]);
  MatrixXd values(n_conditions * n_times, n_units);
  const double* value = array.values.data();
  for (Index unit = 0; unit < n_units; ++unit)
    for (Index time = 0; time < n_times; ++time)
      for (Index condition = 0; condition < n_conditions; ++condition)
        values(condition * n_times + time, unit) = *value++;
  return values;
}

}  // namespace

MatrixXd centred(const MatrixXd& values) { return values.rowwise() - values.colwise().mean(); }

Representation::Representation(MatrixXd values, Index n_conditions, std::string name)
    : values_(std::move(values)), n_conditions_(n_conditions), name_(std::move(name)) {
  if (n_samples() < 2 || n_units() < 1)
    throw UserError(fmt::format("{} cannot be compared", name_),
                    fmt::format("it has {} samples of {} units", n_samples(), n_units()),
                    "At least 2 samples of 1 unit are needed.");
  if (n_conditions_ < 0 || (n_conditions_ > 0 && n_samples() % n_conditions_ != 0))
    throw UserError(fmt::format("{} samples of {} cannot be cut into {} conditions", n_samples(), name_, n_conditions_),
                    "every condition must have the same number of times");
  if (!values_.allFinite())
    throw UserError(fmt::format("{} cannot be compared", name_), "it holds NaN or infinite values",
                    "Remove or fill the missing samples in every recording alike.");
  if (!varies(values_))
    throw UserError(fmt::format("{} cannot be compared", name_), "every unit is constant over all samples",
                    "Check that the right array was given.");
}

bool Representation::is_comparable(const MatrixXd& values) {
  return values.rows() >= 2 && values.cols() >= 1 && values.allFinite() && varies(values);
}

Representation representation_from(const NpyArray& array, const std::string& name) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  if (array.shape.size() == 3) return Representation(samples_by_units(array), static_cast<Index>(array.shape[2]), name);
  if (array.shape.size() != 2)
    throw UserError(fmt::format("{} is no recording", name), fmt::format("it has {} dimensions", array.shape.size()),
                    "Give [units, time, conditions] or [samples, units].");
  const auto values = Eigen::Map<const RowMajor>(array.values.data(), static_cast<Index>(array.shape[0]),
                                                 static_cast<Index>(array.shape[1]));
  return Representation(values, 0, name);
}

}  // namespace cohort
