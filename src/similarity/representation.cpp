#include <cohort/core/errors.hpp>
#include <cohort/similarity/representation.hpp>

#include <fmt/format.h>

namespace cohort {

namespace {

// A spread below this part of the values themselves is rounding, not signal.
constexpr double smallest_spread = 1e-12;

bool varies(const MatrixXd& values) { return centred(values).norm() > smallest_spread * values.norm(); }

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

Representation representation_of(const Recording& recording) {
  return Representation(recording.values, recording.n_conditions, recording.source);
}

}  // namespace cohort
