#include <cohort/analysis/analyses.hpp>
#include <cohort/cluster/run_study.hpp>
#include <cohort/cluster/shared_study.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_identity.hpp>
#include <cohort/store/study_results.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/study/run_executor.hpp>

#include <support/errors.hpp>
#include <support/shared_directory.hpp>

#include <gmock/gmock.h>

#include <fstream>

namespace cohort::test {
namespace {

using testing::Each;
using testing::HasSubstr;

/// Results as they were made while keys depended on the study's name and on what it stores.
class FormerResults : public SharedDirectoryTest {
 protected:
  struct Written {
    std::string name = "former", seeds = "2", snapshots = "at_updates = [0]", more{};
  };

  Study read(const Written& written) {
    if (rank_ == 0)
      std::ofstream(path("study.toml"))
          << "[study]\nname = \"" << written.name << "\"\n[task]\nname = \"delayed_xor\"\n[factors]\n"
          << "rule = [\"bptt\", \"node_perturbation\"]\narchitecture = \"ctrnn/units=6,noise=0.1\"\n"
          << "initialization = \"gaussian\"\nseed = " << written.seeds << "\n[snapshots]\n"
          << written.snapshots << "\n[training]\nupdates = 4\nbatch = 3\n"
          << written.more;
    barrier();
    return read_study_together(path("study.toml"), MPI_COMM_WORLD);
  }

  /// What an earlier version leaves behind: every run trained, named and drawn by its former key.
  void write_former(const Study& study) const {
    const Design design(study);
    const Analyses analyses(study, design);
    Schema schema = study_schema(study, design, analyses.schema());
    schema.attributes.erase(kStoredFirst);
    schema.attributes["study_key"] = former_study_key(study, study.name, study.stored_text());
    for (DatasetInfo& info : schema.datasets)
      if (info.path == "/design/key") info.constants = former_keys(design);
    ResultsFile file = open_study_results(path(), schema, MPI_COMM_WORLD).file;
    RunTable table(file);
    for (auto run = static_cast<std::size_t>(rank_); run < design.size(); run += static_cast<std::size_t>(n_ranks_))
      table.write(run, execute(study, design[run]), {7, rank_, 1, 2});
    file.close();
  }

  RunStudyOutcome run(const Study& study) const { return run_study(study, Design(study), path(), MPI_COMM_WORLD, {}); }

  std::vector<int> attempts() const {
    ResultsFile file = ResultsFile::open_serial(path());
    std::vector<int> result;
    for (const RunState& state : RunTable(file).read_states()) result.push_back(state.attempts);
    return result;
  }

  std::vector<float> loss(std::size_t run) const {
    ResultsFile file = ResultsFile::open_serial(path());
    return RunTable(file).read_curve(run, "loss");
  }
};

TEST_F(FormerResults, are_resumed_without_training_anything_again) {
  const Study study = read({});
  write_former(study);
  EXPECT_EQ(run(study).n_done, 4u);
  EXPECT_THAT(attempts(), Each(7));
  ResultsFile file = ResultsFile::open_serial(path());
  const Design design(study);
  for (std::size_t i = 0; i < design.size(); ++i) EXPECT_EQ(RunTable(file).keys()[i], design[i].key);
  EXPECT_EQ(file.attribute("/", "study_key"), study_key(study));
  EXPECT_EQ(file.attribute("/", kStoredFirst), study.stored_text());
}

TEST_F(FormerResults, are_resumed_under_another_name_with_less_stored_and_with_analyses) {
  write_former(read({}));
  const Study changed = read({"a/new name", "2", "", "[similarity]\nmeasures = [\"procrustes\"]\n"});
  EXPECT_EQ(run(changed).n_done, 4u);
  EXPECT_THAT(attempts(), Each(7));
  EXPECT_EQ(ResultsFile::open_serial(path()).attribute("/", "title"), "a/new name");
}

TEST_F(FormerResults, are_drawn_again_bit_for_bit_when_more_is_to_be_stored) {
  write_former(read({}));
  std::vector<std::vector<float>> before;
  for (std::size_t i = 0; i < 4; ++i) before.push_back(loss(i));
  barrier();
  const Study changed = read({"former", "2", "at_updates = [0, 2]\nweights = true"});
  EXPECT_EQ(run(changed).n_done, 4u);
  EXPECT_THAT(attempts(), Each(1)) << "trained again";
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(loss(i), before[i]) << "run " << i;
}

TEST_F(FormerResults, grow_by_runs_that_draw_as_theirs_did) {
  const Study whole = read({"former", "3"});
  const Design design(whole);
  const RunResult alone = execute(whole, design[5]);
  write_former(read({}));
  EXPECT_EQ(run(read({"renamed", "3", ""})).n_done, 6u);
  const std::vector<float> added = loss(5);
  for (const Curve& curve : alone.curves) {
    if (curve.name != "loss") continue;
    ASSERT_EQ(curve.values.size(), added.size());
    for (std::size_t i = 0; i < added.size(); ++i)
      EXPECT_TRUE(added[i] == curve.values[i] || (added[i] != added[i] && curve.values[i] != curve.values[i]));
  }
}

TEST_F(FormerResults, of_another_study_are_refused_with_what_differs) {
  write_former(read({}));
  Written other;
  other.more = "clip = 0.5\nl2 = 0.25\n";
  const Study study = read(other);
  EXPECT_THAT(user_error([&] { run(study); }),
              testing::AllOf(HasSubstr("study.toml:15:8: "), HasSubstr("results.h5 holds the results of another study"),
                             HasSubstr("([training] clip: 0 -> 0.5, [training] l2: 0 -> 0.25)")));
}

TEST_F(FormerResults, behind_a_symbolic_link_stay_behind_it) {
  if (rank_ == 0) std::filesystem::create_directory(path("real"));
  if (rank_ == 0) std::filesystem::create_symlink("real/target.h5", path());
  barrier();
  const Study study = read({});
  EXPECT_EQ(run(study).n_done, 4u);
  EXPECT_EQ(run(read({"former", "3"})).n_done, 6u);
  EXPECT_TRUE(std::filesystem::is_symlink(path()));
  EXPECT_EQ(RunTable(*std::make_unique<ResultsFile>(ResultsFile::open_serial(path("real/target.h5")))).n_runs(), 6u);
}

}  // namespace
}  // namespace cohort::test
