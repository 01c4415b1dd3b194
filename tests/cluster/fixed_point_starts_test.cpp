// Where searches for fixed points start, recomputed from the results file.

#include <cohort/cluster/run_study.hpp>
#include <cohort/dynamics/fixed_points.hpp>
#include <cohort/dynamics/network_map.hpp>
#include <cohort/network/as_recurrent.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/study/run_executor.hpp>

#include <support/shared_directory.hpp>

#include <fstream>

namespace cohort {
namespace {

class FixedPointStarts : public SharedDirectoryTest {
 protected:
  void SetUp() override {
    SharedDirectoryTest::SetUp();
    if (rank_ == 0)
      std::ofstream(path("study.toml")) << "[study]\nname = \"starts\"\n[task]\nname = \"delayed_xor\"\ndt = 10\n"
                                           "[factors]\nrule = \"bptt\"\n"
                                           "architecture = \"ctrnn/units=8,activation=tanh,tau=2\"\n"
                                           "initialization = \"gaussian/gain=3\"\nseed = 2\n"
                                           "[training]\nupdates = 1\nbatch = 2\n"
                                           "[dynamics]\nfixed_points = { starts = 60 }\n";
    barrier();
    study_ = read_study(path("study.toml"));
    design_ = expand(study_);
    run_study(study_, design_, path(), MPI_COMM_WORLD, {});
  }

  /// From how many starts each point of a run's first context was found, most first, when starts are the states visited
  /// on evaluation trials plus noise of `share` of their standard deviation.
  std::vector<int> counts(std::size_t run, double share, ResultsFile& file) const {
    const auto parts = make_parts<double>(study_, design_[run]);
    auto& network = as_recurrent(*parts.network);
    const auto values = RunTable(file).read_parameters(run, 0);
    network.parameters().values =
        Eigen::Map<const Vector<float>>(values.data(), static_cast<Index>(values.size())).cast<double>();
    const TaskInfo& info = parts.task->info();
    const auto n_conditions = static_cast<Index>(info.conditions.size());
    MatrixXd visited(network.cell().n_states(), n_conditions * info.n_evaluation_steps);
    for (Index condition = 0; condition < n_conditions; ++condition) {
      RandomStream stream = parts.streams.evaluation.substream(static_cast<std::uint64_t>(condition));
      Trial trial;
      parts.task->evaluation_trial(static_cast<int>(condition), stream, trial);
      visited.middleCols(condition * info.n_evaluation_steps, info.n_evaluation_steps) =
          visited_states(network, trial.inputs);
    }
    const VectorXd mean = visited.rowwise().mean();
    const double deviation = std::sqrt((visited.colwise() - mean).squaredNorm() / static_cast<double>(visited.size()));
    const RandomStream stream("fixed points", design_[run].streams, study_.seed);
    const MatrixXd starts = noisy_starts(visited, 60, share * deviation, stream.substream(0));
    const auto found = find_fixed_points(NetworkMap(network, info.contexts[0].input), starts);
    std::vector<int> result;
    for (const auto* list : {&found.points, &found.slow_points})
      for (const FixedPoint& point : *list) result.push_back(point.n_starts);
    return result;
  }

  Study study_;
  Design design_;
};

TEST_F(FixedPointStarts, are_visited_states_with_noise_of_a_tenth_of_their_spread) {
  if (rank_ != 0) return;
  ResultsFile file = ResultsFile::open_serial(path());
  int n_without = 0;
  for (std::size_t run = 0; run < 2; ++run) {
    const auto stored = file.read<std::int32_t>("/dynamics/n_starts", {run, 0, 0, 0}, {1, 1, 1, 64});
    const std::vector<int> expected = counts(run, 0.1, file), without = counts(run, 0, file);
    for (std::size_t point = 0; point < expected.size(); ++point) EXPECT_EQ(stored[point], expected[point]) << point;
    n_without += expected == without ? 0 : 1;
  }
  EXPECT_GT(n_without, 0) << "noise makes a difference";
}

}  // namespace
}  // namespace cohort
