#include <cohort/tasks/reach_emg_sussillo_2015.hpp>

#include "smooth_cue.hpp"

#include <cohort/recordings/array_archive.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/hash.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

namespace cohort {
namespace {

constexpr Index kInterval1 = 50, kInterval2 = 150;  // training: uniform below these
constexpr Index kEvaluationInterval1 = 25, kEvaluationInterval2 = 105;

/// First step of the movement.
constexpr Index go_of(Index interval1, Index interval2) { return interval1 + kCueRiseSteps + interval2; }

NpyArray recorded(const ArrayArchive& archive, const std::string& name, std::size_t n_dimensions,
                  const std::string& layout) {
  NpyArray array = archive.read_finite(name);
  if (array.shape.size() != n_dimensions || array.size() == 0)
    throw UserError(fmt::format("{} has shape [{}]", archive.path_of(name), fmt::join(array.shape, ", ")),
                    layout + " is needed");
  return array;
}

}  // namespace

Description ReachEmgSussillo2015::description() {
  Description d;
  d.name = "reach_emg_sussillo_2015";
  d.summary = "muscle activity of reaches from their preparatory activity, the user's recordings; 300 steps of 10 ms";
  d.equation = "zero until the preparatory inputs fade, then the EMG of the reach; masked mean squared error";
  d.reference = "Sussillo, Churchland, Kaufman & Shenoy 2015, doi:10.1038/nn.4042; trials of Liu, Yang & Cueva 2025";
  d.parameters = {
      ParameterInfo::path("path",
                          "folder of .npy files, HDF5 file or group in one: preparatory [reaches x inputs] and "
                          "emg [reaches x samples x muscles], one sample per step from the go cue on"),
      ParameterInfo::number("dt", 10, 0.1, 1000, "ms", "duration of a step and of a sample"),
      ParameterInfo::integer("steps", 300, 1, 100000, "steps", "length of a training trial"),
      ParameterInfo::integer("offset", -6, -kCueRiseSteps, 1000, "steps", "start of the output after the go cue")};
  return d;
}

ReachEmgSussillo2015::ReachEmgSussillo2015(const Parameters& parameters) : offset_(parameters.integer("offset")) {
  const std::string& path = parameters.text("path");
  if (path.empty())
    throw UserError("reach_emg_sussillo_2015 has no recordings", "they are not part of Cohort",
                    "Give path=..., a folder with preparatory.npy and emg.npy, or an HDF5 file with these datasets.");
  const auto archive = open_array_archive(path);
  preparatory_ = recorded(*archive, "preparatory", 2, "[reaches, inputs]");
  emg_ = recorded(*archive, "emg", 3, "[reaches, samples, muscles]");
  if (preparatory_.shape[0] != emg_.shape[0])
    throw UserError(fmt::format("{} has {} reaches and {} has {}", archive->path_of("preparatory"),
                                preparatory_.shape[0], archive->path_of("emg"), emg_.shape[0]));
  const auto n_samples = static_cast<Index>(emg_.shape[1]);
  info_.n_inputs = static_cast<Index>(preparatory_.shape[1]) + 1;
  info_.n_outputs = static_cast<Index>(emg_.shape[2]);
  info_.input_names = joined({numbered_names("preparatory", info_.n_inputs - 1), {"hold"}});
  info_.output_names = numbered_names("muscle", info_.n_outputs);
  info_.n_steps = parameters.integer("steps");
  const Index latest_output = go_of(kInterval1 - 1, kInterval2 - 1) + std::max<Index>(offset_, 0);
  if (info_.n_steps <= latest_output)
    throw UserError(fmt::format("steps={} is not possible for reach_emg_sussillo_2015", info_.n_steps),
                    fmt::format("the output of the longest preparation starts at step {}", latest_output));
  info_.n_evaluation_steps = info_.n_sample_steps =
      go_of(kEvaluationInterval1, kEvaluationInterval2) + std::max(kCueRiseSteps, offset_ + n_samples);
  info_.dt_ms = parameters.number("dt");
  info_.loss = LossKind::mean_squared_error;
  for (std::size_t reach = 0; reach < emg_.shape[0]; ++reach)
    info_.conditions.push_back(fmt::format("reach={}", reach));
  info_.numbers_conditions = true;
  info_.contexts = {{"hold", VectorXd::Unit(info_.n_inputs, info_.n_inputs - 1)},
                    {"move", VectorXd::Zero(info_.n_inputs)}};
  info_.fingerprint = fmt::format(
      "{:016x}", hash64(std::as_bytes(std::span(emg_.values)), hash64(std::as_bytes(std::span(preparatory_.values)))));
}

void ReachEmgSussillo2015::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  const auto reach = static_cast<int>(stream.integer(emg_.shape[0]));
  const auto interval1 = static_cast<Index>(stream.integer(kInterval1));
  const auto interval2 = static_cast<Index>(stream.integer(kInterval2));
  make_trial(reach, interval1, interval2, info_.n_steps, trial);
}

void ReachEmgSussillo2015::evaluation_trial(int condition, RandomStream&, Trial& trial) const {
  make_trial(condition, kEvaluationInterval1, kEvaluationInterval2, info_.n_evaluation_steps, trial);
}

void ReachEmgSussillo2015::make_trial(int reach, Index interval1, Index interval2, Index n_steps, Trial& trial) const {
  trial.reset(info_, n_steps);
  trial.condition = reach;
  const Index n_preparatory = info_.n_inputs - 1, n_samples = static_cast<Index>(emg_.shape[1]);
  const Eigen::Map<const VectorXd> prepared(preparatory_.values.data() + reach * n_preparatory, n_preparatory);
  const Eigen::Map<const MatrixXd> emg(emg_.values.data() + reach * n_samples * info_.n_outputs, info_.n_outputs,
                                       n_samples);
  const Index go = go_of(interval1, interval2);
  for (Index step = interval1; step < std::min(go + kCueRiseSteps, n_steps); ++step) {
    const double cue = smooth_cue(step - interval1, interval2);
    trial.inputs.col(step).head(n_preparatory) = cue * prepared;
    trial.inputs(n_preparatory, step) = step < go ? 1 : cue;  // the hold cue is on from the start, and fades with them
  }
  trial.inputs.row(n_preparatory).head(interval1).setOnes();
  const Index start = go + offset_, n_output = std::min(n_samples, n_steps - start);
  trial.targets.middleCols(start, n_output) = emg.leftCols(n_output);
  trial.mask.rightCols(n_steps - start - n_output).setZero();
}

}  // namespace cohort
