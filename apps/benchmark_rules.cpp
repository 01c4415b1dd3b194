// What an update costs, for every rule and cell: time, ratio to BPTT of the same cell, memory.
//
//   benchmark_rules [--cells a,b] [--rules a,b] [--units 100,200,400] [--etrace etrace.py] [--bptt bptt.py] [--spikes]
//
// An update is forward, loss, the rule's gradient and Adam on one batch: 64 trials of 100 steps, 10 inputs, 3 outputs,
// the best of several. A rule that would take longer than a few seconds is measured on fewer trials and steps and
// scaled to the whole batch (marked ~). Memory is what the network and the rule hold after an update. The peer scripts
// run first, in the same run: --etrace times every form of RFLO and e-prop (explicit and presynaptic traces, adjoint),
// of which the fastest counts; --bptt times torch.nn.GRU. --spikes times ALIF e-prop, T = 2000.

#include "benchmark_batch.hpp"
#include "benchmark_peer.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/variant.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/learning/optimizers.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/network/initializations.hpp>
#include <cohort/tasks/trial_steps.hpp>

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cohort {
namespace {

constexpr Index kSteps = 100, kTrials = 64;
constexpr double kPatience = 2;  // seconds that one measurement may take

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double bytes_in_use() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

/// One network that is trained by one rule.
class Updates {
 public:
  Updates(const std::string& cell, const std::string& rule, Index n_trials, Index n_steps)
      : network_(architectures<float>().make(cell, kBenchmarkInputs, kBenchmarkOutputs)),
        rule_(learning_rules<float>().make(rule)),
        optimizer_(optimizers<float>().make("adam/rate=1e-4")),
        batch_(benchmark_batch(n_trials, n_steps)),
        weight_(Objective<float>::total_weight(batch_)),
        gradient_(network_->parameters().layout) {
    network_->initialize(*initializations().make("gaussian/gain=1"), RandomStream("benchmark", "init", 1));
    rule_->check(*network_);
    rule_->begin(*network_, RandomStream("benchmark", "rule", 1));
  }

  /// One batch: one update, or several when the rule makes them within the trials.
  void update() {
    const Index every = rule_->traits().steps_per_update;
    if (every == 0) return part(batch_, 0);
    for (Index first = 0; first < batch_.n_steps; first += every) {
      copy_steps(batch_, first, std::min(every, batch_.n_steps - first), part_);
      part(part_, first);
    }
  }

  /// Seconds of the best update within `patience` seconds (of one at least).
  double best_seconds(double patience = kPatience / 4) {
    update();  // first use of all memory
    double best = std::numeric_limits<double>::infinity();
    const double end = now() + patience;
    do {
      const double start = now();
      update();
      best = std::min(best, now() - start);
    } while (now() < end);
    return best;
  }

 private:
  void part(const TrialBatch<float>& batch, Index first_step) {
    ForwardOptions<float> pass;
    pass.carry_on = first_step > 0;
    const auto& activity = network_->forward(batch.inputs, batch.n_trials, pass);
    loss_ = objective_.trial_losses(batch, activity.outputs, weight_).sum();
    objective_.output_error(batch, activity.outputs, weight_, error_);
    gradient_.values.setZero();
    rule_->add_gradient(
        {*network_, batch, activity, error_, {}, objective_, weight_, first_step, nullptr, n_updates_++}, gradient_);
    if (rule_->traits().kind == UpdateKind::step) {
      network_->parameters().values -= gradient_.values;
    } else {
      optimizer_->update(network_->parameters().values, gradient_.values);
    }
  }

  std::unique_ptr<Network<float>> network_;
  std::unique_ptr<LearningRule<float>> rule_;
  std::unique_ptr<Optimizer<float>> optimizer_;
  TrialBatch<float> batch_, part_;
  Objective<float> objective_{LossKind::mean_squared_error};
  double weight_, loss_ = 0;
  std::uint64_t n_updates_ = 0;
  ParameterSet<float> gradient_;
  Matrix<float> error_;
};

struct Cost {
  double seconds = 0, bytes = 0;
  bool is_scaled = false;
};

/// Tries the whole batch last: a small piece tells whether it would take too long.
Cost cost_of(const std::string& cell, const std::string& rule) {
  const std::pair<Index, Index> sizes[] = {{1, 5}, {1, 20}, {4, 50}, {kTrials, kSteps}};
  Cost cost;
  for (const auto& [n_trials, n_steps] : sizes) {
    const double scale = static_cast<double>(kTrials * kSteps) / static_cast<double>(n_trials * n_steps);
    if (cost.seconds > 0) {  // what this piece would take, from the piece before
      const double expected = cost.seconds / scale;
      if (expected > kPatience) break;
    }
    malloc_trim(0);
    const double before = bytes_in_use();
    Updates updates(cell, rule, n_trials, n_steps);
    const double seconds = updates.best_seconds(scale > 1 ? 0 : kPatience / 4);
    cost = {seconds * scale, bytes_in_use() - before, scale > 1};
  }
  return cost;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '[' || c == '(';
    depth -= c == ']' || c == ')';
    if (c == ';' || (c == ',' && depth == 0)) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::vector<std::string> names_of(const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const Description& description : catalogue.descriptions()) names.push_back(description.name);
  return names;
}

/// "N=100 name best 1.23 ms" lines of a peer script: the fastest per N among the names that `wanted` accepts.
template <class Wanted>
std::map<long, double> peer_milliseconds(const std::string& script, const char* format, const Wanted& wanted) {
  std::map<long, double> best;
  for (const std::string& line : peer_lines(script, "100 200 400")) {
    long n = 0;
    char name[64];
    double milliseconds = 0;
    if (std::sscanf(line.c_str(), format, &n, name, &milliseconds) != 3 || !wanted(std::string(name))) continue;
    const auto [entry, is_new] = best.emplace(n, milliseconds);
    if (!is_new) entry->second = std::min(entry->second, milliseconds);
  }
  return best;
}

std::string with_units(const std::string& cell, Index n) {
  Variant variant = parse_variant(cell);
  variant.set("units", fmt::format("{}", n));
  return to_text(variant);
}

/// ModProp cannot train without rectified units of fixed sign.
std::string constrained(const std::string& cell, const std::string& rule) {
  return rule == "modprop" ? cell + "/activation=relu,dale=true" : cell;
}

void print_table(const std::vector<std::string>& cell_names, const std::vector<std::string>& rule_names,
                 const std::vector<Index>& units) {
  fmt::print("{:<10} {:<28}", "cell", "rule");
  for (const Index n : units) fmt::print("  {:>12} {:>8} {:>9}", fmt::format("N={} ms", n), "/bptt", "MB");
  fmt::print("\n");
  for (const std::string& cell : cell_names) {
    std::map<Index, double> bptt;
    for (const Index n : units) bptt[n] = cost_of(with_units(cell, n), "bptt").seconds;
    for (const std::string& rule : rule_names) {
      std::string row = fmt::format("{:<10} {:<28}", cell, rule);
      const Served& served = learning_rules<float>().catalogue().find(parse_variant(rule).name).serves;
      if (!served.includes(parse_variant(cell).name)) continue;
      try {
        for (const Index n : units) {
          const Cost cost = cost_of(with_units(constrained(cell, rule), n), rule);
          row += fmt::format("  {:>12} {:>8.2f} {:>9.1f}",
                             fmt::format("{}{:.2f}", cost.is_scaled ? "~" : "", 1e3 * cost.seconds),
                             cost.seconds / bptt[n], cost.bytes / 1e6);
        }
      } catch (const UserError& refused) {
        row += fmt::format("  -  {}", refused.what());
      }
      fmt::print("{}\n", row);
      std::fflush(stdout);
    }
  }
}

void compare_with_peer(const char* what, const std::map<long, double>& peer, const std::string& cell,
                       const std::string& rule) {
  for (const auto& [n, milliseconds] : peer) {
    const double own = 1e3 * cost_of(with_units(cell, n), rule).seconds;
    fmt::print("{} N={}: {} on {} {:.2f} ms, peer {:.2f} ms, ratio {:.1f}\n", what, n, rule, cell, own, milliseconds,
               milliseconds / own);
  }
}

void time_spikes() {
  for (const Index n : {100, 200, 400}) {
    Updates updates(with_units("alif", n), "eprop", kTrials, 2000);
    fmt::print("alif e-prop N={} T=2000 batch 64: {:.1f} ms per update\n", n, 1e3 * updates.best_seconds());
  }
}

int run(int argc, char** argv) {
  std::vector<std::string> cell_names = names_of(architectures<float>().catalogue());
  std::vector<std::string> rule_names = names_of(learning_rules<float>().catalogue());
  std::vector<Index> units{100, 200, 400};
  bool has_table = true;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    const auto value = [&]() -> std::string {
      if (i + 1 == argc) throw UserError(option + " needs a value");
      return argv[++i];
    };
    if (option == "--cells") {
      cell_names = split(value());
    } else if (option == "--rules") {
      rule_names = split(value());
    } else if (option == "--units") {
      units.clear();
      for (const std::string& n : split(value())) units.push_back(std::stol(n));
    } else if (option == "--etrace") {
      const std::string script = value();
      // The best form of each: rflo has no presynaptic traces, eprop has.
      const auto of_rate = [](const std::string& name) { return !name.starts_with("pre-trace"); };
      const auto of_voltage = [](const std::string&) { return true; };
      const char* format = "N=%ld %63s best %lf ms";
      compare_with_peer("best form in PyTorch,", peer_milliseconds(script, format, of_rate),
                        "rate/activation=tanh,tau=5", "rflo");
      compare_with_peer("best form in PyTorch,", peer_milliseconds(script, format, of_voltage),
                        "ctrnn/activation=tanh,tau=5", "eprop");
      has_table = false;
    } else if (option == "--bptt") {
      const auto peer = peer_milliseconds(value(), "N=%ld %63s step best %lf ms",
                                          [](const std::string& name) { return name == "nn.GRU"; });
      compare_with_peer("torch.nn.GRU,", peer, "gru", "bptt");
      has_table = false;
    } else if (option == "--spikes") {
      time_spikes();
      has_table = false;
    } else {
      throw UserError("unknown option " + option);
    }
  }
  if (has_table) print_table(cell_names, rule_names, units);
  return 0;
}

}  // namespace
}  // namespace cohort

int main(int argc, char** argv) {
  try {
    return cohort::run(argc, argv);
  } catch (const cohort::UserError& error) {
    std::fprintf(stderr, "benchmark_rules: %s\n", error.what());
    return 2;
  }
}
