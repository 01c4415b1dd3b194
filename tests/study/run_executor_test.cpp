#include <cohort/study/run_executor.hpp>

#include <cohort/recordings/npy_array.hpp>

#include <support/sanitizers.hpp>
#include <support/errors.hpp>
#include <support/study_files.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace cohort::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kShort =
    "[training]\nupdates = 3\nbatch = 6\n[snapshots]\nat_updates = [0]\nat_error = [10]\nweights = true\n";

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

bool same_results(const RunResult& a, const RunResult& b) {
  bool same = a.status == b.status && a.message == b.message && a.curves.size() == b.curves.size() &&
              a.snapshots.size() == b.snapshots.size();
  for (std::size_t i = 0; same && i < a.curves.size(); ++i) same = same_bits(a.curves[i].values, b.curves[i].values);
  for (std::size_t i = 0; same && i < a.snapshots.size(); ++i)
    same = a.snapshots[i].update == b.snapshots[i].update &&
           a.snapshots[i].representation == b.snapshots[i].representation &&
           same_bits(a.snapshots[i].parameters, b.snapshots[i].parameters);
  return same;
}

const std::vector<float>& loss_of(const RunResult& result) { return result.curves.at(0).values; }

class Execute : public StudyFiles {
 protected:
  static cohort::Run find(const Study& study, const Design& design, const std::string& name) {
    for (const cohort::Run& run : design)
      if (run_name(study, run).find(name) == 0) return run;
    throw std::runtime_error("no run " + name);
  }
};

TEST_F(Execute, a_run_that_takes_too_long_fails_and_says_so) {
  const Study study = read(example_and("[training]\nupdates = 1000000\nbatch = 2\n"));
  const RunResult result = execute(study, expand(study)[0], {}, nullptr, {.seconds = 0.05});
  EXPECT_EQ(result.status, RunStatus::failed);
  EXPECT_THAT(result.message,
              testing::MatchesRegex("took longer than 0.1 s .--run-deadline.: [0-9]+ updates were made"));
  EXPECT_GT(result.wall_seconds, 0.05);
  EXPECT_TRUE(result.curves.empty()) << "no half-made payload";
}

TEST_F(Execute, a_run_that_needs_too_much_memory_fails_and_leaves_the_process_as_it_was) {
  const Study study = read(example("ctrnn/units=10", "ctrnn/units=150", kShort));
  const RunResult whole = execute(study, expand(study)[0]);
  if (is_sanitized) GTEST_SKIP() << "a sanitizer ends the process instead";
  const RunResult result = execute(study, expand(study)[0], {}, nullptr, {.bytes = 1e6});
  EXPECT_EQ(result.status, RunStatus::failed);
  EXPECT_EQ(result.message, "out of memory: a run may have 1 MB (--run-memory)");
  EXPECT_TRUE(same_results(execute(study, expand(study)[0]), whole));
}

TEST_F(Execute, trains_a_run_and_measures_its_time) {
  const Study study = read(example_and(kShort));
  const RunResult result = execute(study, expand(study)[0]);
  EXPECT_EQ(result.status, RunStatus::done);
  EXPECT_EQ(result.message, "");
  EXPECT_EQ(loss_of(result).size(), 4U);
  EXPECT_EQ(result.snapshots.size(), 3U);
  EXPECT_EQ(result.snapshots[0].representation.rows(), 72 * 50);
  EXPECT_EQ(result.snapshots[0].representation.cols(), 10);
  EXPECT_GT(result.wall_seconds, 0);
  EXPECT_GT(result.cpu_seconds, 0);
}

TEST_F(Execute, a_result_is_a_pure_function_of_the_run) {
  const Study study = read(example_and(kShort));
  const Design design = expand(study);
  std::vector<RunResult> results;
  for (const cohort::Run& run : design) results.push_back(execute(study, run));
  // Again in the opposite order, and from a study that has other levels too.
  const Study larger = read(example("\"bptt\", ", "\"tbptt/window=5\", \"bptt\", ", kShort), "larger.toml");
  const Design larger_design = expand(larger);
  for (std::size_t i = design.size(); i-- > 0;) {
    EXPECT_TRUE(same_results(execute(study, design[i]), results[i])) << i;
    const cohort::Run same = find(larger, larger_design, run_name(study, design[i]));
    EXPECT_EQ(same.key, design[i].key);
    EXPECT_TRUE(same_results(execute(larger, same), results[i])) << i;
    for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(same_results(results[i], results[j])) << i << " " << j;
  }
}

TEST_F(Execute, runs_that_differ_in_their_rule_start_alike_and_see_the_same_trials) {
  const Study study =
      read(example("name = \"context_integration_mante_2013\"", "name = \"center_out_reach_hatsopoulos_2007\"",
                   "optimizer = [\"sgd/rate=0\", \"adam\"]\n[training]\nupdates = 3\nbatch = 6\n"));
  const Design design = expand(study);
  const auto run = [&](const std::string& name) { return execute(study, find(study, design, name)); };
  const RunResult bptt = run("bptt | ctrnn/units=10 | gaussian | sgd/rate=0 | seed 0");
  const RunResult eprop = run("eprop | ctrnn/units=10 | gaussian | sgd/rate=0 | seed 0");
  EXPECT_TRUE(same_bits(loss_of(bptt), loss_of(eprop)));
  EXPECT_FALSE(same_bits(loss_of(run("bptt | ctrnn/units=10 | gaussian | sgd/rate=0 | seed 1")), loss_of(bptt)));
  EXPECT_NE(loss_of(run("bptt | ctrnn/units=10 | orthogonal | sgd/rate=0 | seed 0"))[0], loss_of(bptt)[0]);
  // With learning they part after the first update.
  const RunResult learning = run("bptt | ctrnn/units=10 | gaussian | adam | seed 0");
  EXPECT_EQ(loss_of(learning)[0], loss_of(bptt)[0]);
  EXPECT_NE(loss_of(learning)[1], loss_of(bptt)[1]);
}

TEST_F(Execute, every_run_is_evaluated_on_the_same_trials) {
  const Study study = read(example("name = \"context_integration_mante_2013\"", "name = \"perceptual_decision\""));
  const Design design = expand(study);
  const auto trials_of = [&](const std::string& name, bool training) {
    const auto parts = make_parts<double>(study, find(study, design, name));
    TrialBatch<double> trials;
    if (training) {
      fill_training_batch(*parts.task, parts.streams.training, 0, 20, trials);
    } else {
      fill_evaluation_batch(*parts.task, parts.streams.evaluation, trials);
    }
    return trials.inputs;
  };
  const std::string first = "bptt | ctrnn/units=10 | gaussian | adam | seed 0";
  const MatrixXd evaluation = trials_of(first, false), training = trials_of(first, true);
  for (const std::string other :
       {"bptt | ctrnn/units=10 | gaussian | adam | seed 1", "bptt | ctrnn/units=10 | gaussian | adam | seed 2",
        "eprop | ctrnn/units=10 | orthogonal | adam | seed 1"}) {
    EXPECT_EQ(trials_of(other, false), evaluation) << other;
    EXPECT_NE(trials_of(other, true), training) << other;
  }
}

TEST_F(Execute, divergence_is_a_result) {
  const Study study =
      read(example_and("optimizer = \"sgd/rate=1e6\"\n[training]\nupdates = 20\nbatch = 6\nexplosion = 100\n"));
  const RunResult result = execute(study, expand(study)[0]);
  EXPECT_EQ(result.status, RunStatus::diverged);
  EXPECT_THAT(result.message, HasSubstr("at update"));
  EXPECT_EQ(loss_of(result).size(), 21U);
}

TEST_F(Execute, an_error_inside_a_run_is_that_runs_failure) {
  std::filesystem::create_directories(directory_.path("reaches"));
  NpyArray time{{51}, {}};
  for (int ms = -100; ms <= 400; ms += 10) time.values.push_back(ms);
  write_npy(directory_.path("reaches/time_ms.npy"), time);
  for (const char* joint : {"shoulder", "elbow"})
    write_npy(directory_.path("reaches/" + std::string(joint) + "_angle.npy"),
              {{8, 51}, std::vector<double>(8 * 51, 0.5)});
  Study study = read(example("name = \"context_integration_mante_2013\"\n",
                             "name = \"center_out_reach_hatsopoulos_2007\"\nkinematics = \"reaches\"\n",
                             "[training]\nupdates = 1\nbatch = 2\n"));
  const cohort::Run run = expand(study)[0];
  EXPECT_EQ(execute(study, run).status, RunStatus::done);
  std::filesystem::remove(directory_.path("reaches/time_ms.npy"));
  EXPECT_EQ(execute(study, run).status, RunStatus::done) << "the study keeps what was read";
  study.kept_tasks.clear();
  const RunResult result = execute(study, run);
  EXPECT_EQ(result.status, RunStatus::failed);
  EXPECT_THAT(result.message, AllOf(HasSubstr("time_ms.npy"), HasSubstr("No such file"), Not(HasSubstr("\n"))));
  EXPECT_TRUE(result.curves.empty());
  EXPECT_TRUE(result.snapshots.empty());
}

TEST_F(Execute, what_is_thrown_between_updates_is_no_fault_of_the_run) {
  const Study study = read(example_and(kShort));
  const cohort::Run run = expand(study)[0];
  EXPECT_THROW(execute(study, run, [] { throw StopRequest(); }), StopRequest);
  EXPECT_THROW(execute(study, run, [] { throw UserError("the lease was lost"); }), UserError);
  {
    const LeaksAllowed once;  // execute says why
    EXPECT_THROW(execute(study, run, [] { throw std::bad_alloc(); }), std::bad_alloc);
  }
  int n_calls = 0;
  EXPECT_THROW(execute(study, run,
                       [&] {
                         if (++n_calls == 3) throw UserError("later");
                       }),
               UserError);
  EXPECT_EQ(execute(study, run, [&] { ++n_calls; }).status, RunStatus::done);
}

TEST_F(Execute, network_size_is_that_of_the_network) {
  const Study study = read(example());
  const NetworkSize size = network_size(study, expand(study)[0]);
  EXPECT_EQ(size.n_units, 10);
  EXPECT_EQ(size.n_parameters, 10 * 10 + 10 * 9 + 10 + 10 + 3 * 10 + 3);
}

TEST_F(Execute, a_pair_that_does_not_fit_is_refused_where_the_rule_stands) {
  const Study study = read(example("\"eprop\"", "\"modprop\""));
  const auto check = [&] { check_runs(study, expand(study)); };
  const std::string message = user_error(check);
  EXPECT_THAT(message, AllOf(HasSubstr("study.toml:6:17: rule 'modprop' cannot train architecture 'ctrnn/units=10'"),
                             HasSubstr("needs dale=true"), HasSubstr("[[exclude]]")));
  const Study fits = read(example("ctrnn/units=10", "ctrnn/units=20,activation=relu,dale=true"));
  EXPECT_NO_THROW(check_runs(fits, expand(fits)));
}

TEST_F(Execute, a_rule_that_cannot_watch_a_network_is_refused_before_training) {
  const Study study = read(example_and("[alignment]\nrules = [\"eprop\", \"rflo\"]\n"));
  EXPECT_THAT(user_error([&] { check_runs(study, expand(study)); }),
              HasSubstr("study.toml:7:16: rule 'rflo' cannot watch architecture 'ctrnn/units=10' (rflo serves rate)"));
  const Study fits = read(example("ctrnn/units=10", "rate/units=10", "[alignment]\nrules = [\"eprop\", \"rflo\"]\n"));
  EXPECT_NO_THROW(check_runs(fits, expand(fits)));
}

TEST_F(Execute, flossing_takes_part_in_the_updates_that_it_is_due_in) {
  const auto loss = [&](const std::string& flossing) {
    const Study study =
        read(example_and("[training]\nupdates = 4\nbatch = 6\noptimizer = \"sgd/rate=0.1\"\n" + flossing));
    return execute(study, expand(study)[0]);
  };
  const RunResult plain = loss(""), at_once = loss("flossing = { exponents = 3, strength = 5 }\n"),
                  later = loss("flossing = { exponents = 3, strength = 5, every = 2 }\n"),
                  alone = loss("flossing = { exponents = 3, strength = 5, before = 4, every = 0 }\n");
  const auto same_until = [&](const RunResult& a, const RunResult& b) {
    std::size_t n = 0;
    while (n < 5 && loss_of(a)[n] == loss_of(b)[n]) ++n;
    return n;
  };
  EXPECT_EQ(same_until(plain, at_once), 1u) << "the first update differs";
  EXPECT_EQ(same_until(at_once, later), 2u) << "the second one, too";
  EXPECT_EQ(same_until(at_once, alone), 1u);
  const auto regularizer = [](const RunResult& result) { return result.curves.at(5).values; };
  EXPECT_EQ(plain.curves.at(5).name, "regularizer");
  EXPECT_EQ(regularizer(plain)[0], 0);
  EXPECT_GT(regularizer(at_once)[1], 0);
  EXPECT_EQ(regularizer(later)[1], 0);
  EXPECT_LT(regularizer(alone)[4], 1);
}

TEST_F(Execute, flossing_makes_other_runs_and_none_leaves_their_keys) {
  const auto key = [&](const std::string& flossing) {
    const Study study = read(example_and("[training]\nupdates = 4\n" + flossing));
    return expand(study)[0].key;
  };
  EXPECT_NE(key(""), key("flossing = {}\n"));
  EXPECT_NE(key("flossing = {}\n"), key("flossing = { target = 0.1 }\n"));
}

TEST_F(Execute, flossing_of_what_has_no_exponents_is_refused) {
  const auto refusal = [&](const std::string& from, const std::string& to) {
    const Study study = read(example(from, to, "[training]\nflossing = {}\n"));
    return user_error([&] { check_runs(study, expand(study)); });
  };
  EXPECT_THAT(refusal("ctrnn/units=10", "lif/units=10"),
              HasSubstr("with flossing cannot train architecture 'lif/units=10' (flossing needs derivatives"));
  EXPECT_THAT(refusal("\"eprop\"", "\"eprop/every=5\""),
              HasSubstr("rule 'eprop/every=5' with flossing cannot train architecture"));
  EXPECT_THAT(user_error([&] { read(example_and("[training]\nflossing = { every = 0 }\n")); }),
              HasSubstr("study.toml:11:12: [training] flossing does nothing"));
  EXPECT_THAT(user_error([&] { read(example_and("[training]\nbatch = 3\nflossing = { trials = 4 }\n")); }),
              HasSubstr("[training] flossing has too many trials (a batch has 3)"));
  EXPECT_THAT(user_error([&] { read(example_and("[training]\nflossing = { transient = 113 }\n")); }),
              HasSubstr("[training] flossing counts no step (trials have 113 steps)"));
}

TEST_F(Execute, an_initialization_that_does_not_fit_is_refused) {
  const Study study = read(example("\"orthogonal\"", "\"low_rank/rank=11\""));
  EXPECT_THAT(user_error([&] { check_runs(study, expand(study)); }),
              AllOf(HasSubstr("initialization 'low_rank/rank=11' cannot start architecture 'ctrnn/units=10'"),
                    HasSubstr("rank=11")));
}

TEST_F(Execute, all_that_does_not_fit_is_told_at_once) {
  const Study study = read(example("[\"bptt\", \"eprop\"]", "[\"bptt\", \"modprop\", \"rflo\"]"));
  const std::string message = user_error([&] { check_runs(study, expand(study)); });
  EXPECT_THAT(message, AllOf(HasSubstr("study.toml:6:17: rule 'modprop' cannot train architecture 'ctrnn/units=10' ("),
                             HasSubstr("; rule 'rflo' cannot train architecture 'ctrnn/units=10' (rflo serves rate)."),
                             testing::Not(HasSubstr("\n"))));
}

TEST_F(Execute, many_levels_that_do_not_fit_are_shortened) {
  std::string many;
  for (int units = 10; units < 20; ++units) many += fmt::format("{}\"ctrnn/units={}\"", units > 10 ? ", " : "", units);
  const Study study = read(example("\"ctrnn/units=10\"", "[" + many + "]"));
  const Study all = read(example("\"ctrnn/units=10\"", "[" + many + "]", "[alignment]\nrules = [\"rflo\"]\n"));
  EXPECT_THAT(user_error([&] { check_runs(all, expand(all)); }),
              HasSubstr("rule 'rflo' cannot watch architecture 'ctrnn/units=10', 'ctrnn/units=11', 'ctrnn/units=12', "
                        "'ctrnn/units=13' and 6 more (rflo serves rate)"));
  EXPECT_NO_THROW(check_runs(study, expand(study)));
}

}  // namespace
}  // namespace cohort::test
