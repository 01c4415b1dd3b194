#include <cohort/tasks/copy.hpp>

#include <fmt/format.h>

namespace cohort {

Description Copy::description() {
  Description d;
  d.name = "copy";
  d.summary = "copy 10 symbols after a delay; 120 steps";
  d.equation = "class 0 (blank) until the marker, then the symbols in order; cross-entropy, all steps";
  d.version = 2;
  d.reference = "Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735; Arjovsky et al. 2016, arXiv:1511.06464";
  d.parameters = {
      ParameterInfo::integer("symbols", 8, 2, 10000, "symbols", "size of the alphabet"),
      ParameterInfo::integer("length", 10, 1, 100000, "symbols", "length of a sequence"),
      ParameterInfo::integer("delay", 100, 1, 1000000, "steps", "from the last symbol to the marker, marker included"),
      ParameterInfo::integer("sequences", 32, 1, 100000, "trials", "evaluation trials, each a condition of its own")};
  return d;
}

Copy::Copy(const Parameters& parameters)
    : n_symbols_(parameters.integer("symbols")),
      length_(parameters.integer("length")),
      delay_(parameters.integer("delay")) {
  info_.n_inputs = n_symbols_ + 2;
  info_.n_outputs = n_symbols_ + 1;
  info_.input_names = joined({numbered_names("symbol", n_symbols_), {"blank", "marker"}});
  info_.output_names = joined({{"blank"}, numbered_names("symbol", n_symbols_)});
  info_.n_steps = info_.n_evaluation_steps = info_.n_sample_steps = delay_ + 2 * length_;
  info_.dt_ms = 1;
  info_.loss = LossKind::cross_entropy;
  for (int sequence = 0; sequence < parameters.integer("sequences"); ++sequence)
    info_.conditions.push_back(fmt::format("sequence={}", sequence));
  info_.contexts = {{"blank", VectorXd::Unit(info_.n_inputs, n_symbols_)}};
}

void Copy::training_trial(std::uint64_t, RandomStream& stream, Trial& trial) const {
  evaluation_trial(0, stream, trial);
}

void Copy::evaluation_trial(int condition, RandomStream& stream, Trial& trial) const {
  trial.reset(info_, info_.n_steps);
  trial.condition = condition;
  const Index output = length_ + delay_;  // first step of the copy
  for (Index i = 0; i < length_; ++i) {
    const auto symbol = static_cast<Index>(stream.integer(static_cast<std::uint64_t>(n_symbols_)));
    trial.inputs(symbol, i) = 1;
    trial.classes[static_cast<std::size_t>(output + i)] = static_cast<int>(1 + symbol);
  }
  trial.inputs.row(n_symbols_).tail(delay_ + length_).setOnes();
  trial.inputs(n_symbols_, output - 1) = 0;
  trial.inputs(n_symbols_ + 1, output - 1) = 1;
}

double Copy::performance(const Trial& trial, const MatrixXd& outputs) const {
  Index n_right = 0;
  for (Index step = length_ + delay_; step < info_.n_steps; ++step) {
    Index chosen = 0;
    outputs.col(step).maxCoeff(&chosen);
    n_right += chosen == trial.classes[static_cast<std::size_t>(step)];
  }
  return static_cast<double>(n_right) / static_cast<double>(length_);
}

}  // namespace cohort
