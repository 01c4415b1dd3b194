#include "commands.hpp"

#include <cohort/core/errors.hpp>
#include <cohort/core/text.hpp>
#include <cohort/report/trial_arrays.hpp>
#include <cohort/report/trial_page.hpp>
#include <cohort/report/trial_picture.hpp>
#include <cohort/report/write_file.hpp>
#include <cohort/tasks/tasks.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace cohort::app {
namespace {

struct Arguments {
  std::string name;  ///< a variant, name/parameter=value,...
  int n_trials = 4;
  std::uint64_t seed = 0;
  std::string png, html, npy;  ///< where to write; all empty: a summary on standard output
};

void check_memory(const TaskInfo& info, int n_trials) {
  constexpr double most_bytes = 4e9;
  const double values =
      static_cast<double>(n_trials) * static_cast<double>(info.n_steps * (info.n_inputs + 2 * info.n_outputs));
  const double bytes = values * sizeof(double);
  if (bytes > most_bytes)
    throw UserError(
        fmt::format("{} trials are too many", n_trials),
        fmt::format("they need {} of memory, at most {} are allowed", bytes_text(bytes), bytes_text(most_bytes)),
        "Ask for fewer with --trials.");
}

std::vector<Trial> training_trials(const Task& task, const Parameters& parameters, int n_trials, std::uint64_t seed) {
  const RandomStream stream("data", tasks().catalogue().versioned(parameters), seed);
  std::vector<Trial> trials(static_cast<std::size_t>(n_trials));
  for (std::size_t index = 0; index < trials.size(); ++index) {
    RandomStream own = stream.substream(index);
    task.ordered_training_trial(stream, index, own, trials[index]);
  }
  return trials;
}

/// "72 classes (a, b, c, ...)": the first names tell how the others are made.
std::string listed(const std::vector<std::string>& names, const char* what = "") {
  constexpr std::size_t most = 4;
  if (names.size() <= most) return fmt::format("{}{} ({})", names.size(), what, fmt::join(names, ", "));
  return fmt::format("{}{} ({}, ...)", names.size(), what, fmt::join(names.begin(), names.begin() + most, ", "));
}

std::string evaluation_text(const TaskInfo& info) {
  const auto [least, most] = std::minmax_element(info.repeats.begin(), info.repeats.end());
  if (least != most && *least != *most)
    return fmt::format("{} trials, {} to {} of each condition", info.n_evaluation_trials(), *least, *most);
  const Index n = info.n_repeats_of(0);
  return fmt::format("{} trial{} of each condition", n, n == 1 ? "" : "s");
}

std::vector<TextRow> facts_about(const Task& task, const Description& description) {
  const TaskInfo& info = task.info();
  const bool has_classes = cohort::has_classes(info.loss);
  std::vector<std::string> contexts;
  for (const InputContext& context : info.contexts) contexts.push_back(context.name);
  std::vector<TextRow> facts{{"what", description.summary},
                             {"reference", description.reference},
                             {"inputs", listed(info.input_names)},
                             {"outputs", listed(info.output_names, has_classes ? " classes" : "")},
                             {"steps", fmt::format("{} of {:g} ms; of an evaluation trial {}", info.n_steps, info.dt_ms,
                                                   info.n_evaluation_steps)},
                             {"loss", loss_title(info.loss)},
                             {"right is", task.has_performance() ? "what the task's own measure says"
                                          : has_classes          ? "the class at the last counted step"
                                                                 : "not defined, only the error is"},
                             {"conditions", listed(info.conditions)},
                             {"evaluation", evaluation_text(info)},
                             {"sample steps", fmt::format("{} to {} of an evaluation trial", info.first_sample_step,
                                                          info.first_sample_step + info.n_sample_steps - 1)},
                             {"contexts", listed(contexts)}};
  for (const std::string& remark : info.remarks) facts.push_back({"remark", remark});
  return facts;
}

std::vector<TextRow> table_of(const std::vector<Trial>& trials, const TaskInfo& info) {
  std::vector<TextRow> rows{{"trial", "counted steps", "condition"}};
  for (std::size_t index = 0; index < trials.size(); ++index) {
    const auto n_counted = (trials[index].mask.colwise().maxCoeff().array() > 0).count();
    rows.push_back(
        {fmt::format("{}", index), fmt::format("{}", n_counted), info.condition_name(trials[index].condition)});
  }
  return rows;
}

void print(const std::string& title, const std::vector<TextRow>& facts, const std::vector<TextRow>& trials) {
  fmt::print("{}\n", title);
  for (const TextRow& fact : facts) fmt::print("  {:<13} {}\n", fact[0], fact[1]);
  fmt::print("\n");
  for (const TextRow& row : trials) fmt::print("{:>7}  {:>13}  {}\n", row[0], row[1], row[2]);
}

void check_for_picture(int n_trials) {
  constexpr auto most = most_pictured_trials;
  if (static_cast<std::size_t>(n_trials) > most)
    throw UserError(fmt::format("{} trials do not fit into a picture", n_trials), fmt::format("at most {} do", most),
                    "Ask for fewer with --trials; --npy takes more.");
}

int task(const Arguments& arguments) {
  const bool has_picture = !arguments.png.empty() || !arguments.html.empty();
  if (has_picture) check_for_picture(arguments.n_trials);
  const Parameters parameters = tasks().catalogue().parse(arguments.name);
  const auto generator = tasks().make(parameters);
  const TaskInfo& info = generator->info();
  check_memory(info, arguments.n_trials);
  const std::vector<Trial> trials = training_trials(*generator, parameters, arguments.n_trials, arguments.seed);
  const auto facts = facts_about(*generator, tasks().catalogue().find(parameters.name()));
  const auto table = table_of(trials, info);

  if (!arguments.png.empty())
    write_file(arguments.png, trial_picture(arguments.name, info, trials, PictureFormat::png));
  if (!arguments.html.empty()) {
    const std::string svg = trial_picture(arguments.name, info, trials, PictureFormat::svg);
    write_file(arguments.html, trial_page(arguments.name, facts, svg, table));
  }
  if (!arguments.npy.empty()) write_trial_arrays(arguments.npy, info, trials);
  if (!has_picture && arguments.npy.empty()) print(arguments.name, facts, table);
  return kAllDone;
}

}  // namespace

Command add_task(CLI::App& program) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* words = add_words(program, {"task",
                                        "show some training trials of a task: summary, picture, page or arrays",
                                        {"cohort task flip_flop", "cohort task flip_flop --trials 2 --png trials.png"},
                                        {{kAllDone, "shown or written"}}});
  words->add_option("NAME", arguments->name, "task, as in a study: name/parameter=value,...")->required();
  words->add_option("--trials", arguments->n_trials, "how many (default: 4)")->check(CLI::Range(1, 1000000));
  words->add_option("--seed", arguments->seed, "other seed, other trials (default: 0)")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  words->add_option("--png", arguments->png, "write a picture");
  words->add_option("--html", arguments->html, "write a page with the picture and tables");
  words->add_option("--npy", arguments->npy, "write NumPy arrays into this folder, for the task from_file");
  return {words, [arguments] { return task(*arguments); }};
}

}  // namespace cohort::app
