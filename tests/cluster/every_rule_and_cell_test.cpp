// What holds for one run holds for every rule on every cell: the same bits for any number of ranks and any number of
// restarts, and divergence is a result.

#include <cohort/cluster/run_study.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/rules/learning_rules.hpp>
#include <cohort/network/architectures.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/run_executor.hpp>

#include <support/shared_directory.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>
#include <set>

namespace cohort {
namespace {

/// Every name once: two families may share one.
std::set<std::string> names_of(const Catalogue& catalogue) {
  std::set<std::string> result;
  for (const Description& description : catalogue.descriptions()) result.insert(description.name);
  return result;
}

std::string quoted(const std::string& name) { return '"' + name + '"'; }

template <class Value>
bool same_bits(const std::vector<Value>& a, const std::vector<Value>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Value)) == 0);
}

/// Rows of the file are padded with NaN to the length of the longest.
std::vector<float> padded(std::vector<float> values, std::size_t size) {
  values.resize(size, std::numeric_limits<float>::quiet_NaN());
  return values;
}

/// Curves that say nothing of this network (angles of hidden layers where there are none) are not in the file.
std::vector<Curve> telling(std::vector<Curve> curves) {
  std::erase_if(curves, [](const Curve& curve) {
    return std::ranges::all_of(curve.values, [](float value) { return std::isnan(value); });
  });
  return curves;
}

void expect_same(const RunResult& file, const RunResult& whole_own, const std::string& name) {
  RunResult own = whole_own;
  own.curves = telling(std::move(own.curves));
  EXPECT_EQ(file.status, own.status) << name;
  EXPECT_EQ(file.message.substr(0, 255), own.message.substr(0, 255)) << name;
  ASSERT_EQ(file.curves.size(), own.curves.size()) << name;
  for (const Curve& curve : own.curves) {
    const auto same =
        std::find_if(file.curves.begin(), file.curves.end(), [&](const Curve& c) { return c.name == curve.name; });
    ASSERT_NE(same, file.curves.end()) << name << " " << curve.name;
    EXPECT_TRUE(same_bits(same->values, padded(curve.values, same->values.size()))) << name << " " << curve.name;
  }
  for (std::size_t level = 0; level < own.snapshots.size(); ++level) {
    EXPECT_EQ(file.snapshots[level].update, own.snapshots[level].update) << name;
    EXPECT_TRUE(same_bits(file.snapshots[level].parameters, own.snapshots[level].parameters)) << name;
    EXPECT_EQ(file.snapshots[level].representation, own.snapshots[level].representation) << name;
  }
}

/// What makes a network of an architecture small.
std::string options_of(const std::string& architecture) {
  const std::map<std::string, std::string> of_layers{{"mlp", "/hidden=6-6"},
                                                     {"plastic_mlp", "/hidden=4"},
                                                     {"square", "/hidden_layers=1"},
                                                     {"stochastic_binary", ""},
                                                     {"tower", "/hidden=5"}};
  return of_layers.contains(architecture) ? of_layers.at(architecture) : "/units=6";
}

class EveryRuleAndCell : public SharedDirectoryTest {
 protected:
  void SetUp() override {
    SharedDirectoryTest::SetUp();
    if (rank_ == 0) {
      std::vector<std::string> architecture_names, rule_names;
      for (const std::string& name : names_of(architectures<float>().catalogue()))
        architecture_names.push_back(quoted(name + options_of(name)));
      architecture_names.push_back("\"mlp/hidden=6-6,bias=false\"");
      architecture_names.push_back("\"ctrnn/units=6,activation=relu,dale=true,tau=2\"");
      for (const std::string& name : names_of(learning_rules<float>().catalogue())) rule_names.push_back(quoted(name));
      std::ofstream(path("study.toml"))
          << "[study]\nname = \"every\"\n[task]\nname = \"context_decision\"\n[factors]\nrule = ["
          << fmt::format("{}", fmt::join(rule_names, ", ")) << "]\narchitecture = ["
          << fmt::format("{}", fmt::join(architecture_names, ", "))
          << "]\ninitialization = \"gaussian\"\nseed = 1\n[training]\noptimizer = \"sgd/rate=0.001\"\nupdates = 2\n"
             "batch = 2\n[snapshots]\nat_updates = [0, 1]\nweights = true\n";
    }
    barrier();
    study_ = read_study(path("study.toml"));
    const Design all = expand(study_);
    std::vector<std::size_t> served;
    for (std::size_t run = 0; run < all.size(); ++run) {
      try {
        check_runs(study_, all.only({run}));
        served.push_back(run);
      } catch (const UserError&) {
        continue;  // this rule does not serve this cell
      }
    }
    design_ = all.only(served);
  }

  RunStudyOutcome train(
      const std::string& name, const std::function<bool()>& stop = [] { return false; }) {
    return run_study(study_, design_, path(name), MPI_COMM_WORLD, {Scheduler::Order::longest_first, stop});
  }

  /// Every row of the file against the run trained here and now, in one process.
  void expect_as_trained_alone(const std::string& name) {
    if (rank_ != 0) return;
    ResultsFile file = ResultsFile::open_serial(path(name));
    const RunTable table(file);
    for (std::size_t run = 0; run < design_.size(); ++run)
      expect_same(table.read(run), execute(study_, design_[run]), run_name(study_, design_[run]));
  }

  Study study_;
  Design design_;
};

TEST_F(EveryRuleAndCell, each_rule_and_each_cell_is_part_of_these_tests) {
  std::set<int> rules, architecture_names;
  for (const cohort::Run& run : design_) {
    rules.insert(run.level[static_cast<std::size_t>(Factor::rule)]);
    architecture_names.insert(run.level[static_cast<std::size_t>(Factor::architecture)]);
  }
  EXPECT_EQ(rules.size(), names_of(learning_rules<float>().catalogue()).size());
  EXPECT_EQ(architecture_names.size(), architectures<float>().catalogue().descriptions().size() + 2);
}

TEST_F(EveryRuleAndCell, ranks_and_restarts_leave_no_trace) {
  const RunStudyOutcome whole = train("whole.h5");
  EXPECT_EQ(whole.n_failed, 0u);
  // Targets through the exact inverses of random weights explode on one architecture, which is a result, too.
  EXPECT_LE(whole.n_diverged, 1u);
  EXPECT_EQ(whole.n_done + whole.n_diverged, design_.size());
  expect_as_trained_alone("whole.h5");

  int asked = 0;
  const RunStudyOutcome part = train("parts.h5", [&] { return ++asked > 40; });
  EXPECT_TRUE(part.stopped);
  EXPECT_LT(part.n_done, design_.size());
  barrier();
  EXPECT_FALSE(train("parts.h5").stopped);
  expect_as_trained_alone("parts.h5");
}

TEST_F(EveryRuleAndCell, different_seeds_are_noticed_by_the_comparison) {
  if (rank_ != 0) return;
  Study other = study_;
  other.seed += 1;
  const RunResult a = execute(study_, design_[0]), b = execute(other, design_[0]);
  EXPECT_FALSE(same_bits(a.snapshots.back().parameters, b.snapshots.back().parameters));
}

TEST_F(EveryRuleAndCell, divergence_is_a_result) {
  study_.training.explosion = 1e-9;  // every loss is more than this many times the first
  const RunStudyOutcome outcome = train("diverged.h5");
  EXPECT_EQ(outcome.n_diverged, design_.size());
  EXPECT_EQ(outcome.n_failed, 0u);
  expect_as_trained_alone("diverged.h5");
  if (rank_ != 0) return;
  ResultsFile file = ResultsFile::open_serial(path("diverged.h5"));
  EXPECT_THAT(RunTable(file).read(0).message, testing::HasSubstr("times the first"));
}

}  // namespace
}  // namespace cohort
