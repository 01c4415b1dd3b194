// How long all pairs of very many networks take: makes the results file of a study whose networks are trained already,
// synthetic ones as large as those of a reach study (968 samples x 200 units), stored compressed at 1e-6. What is left
// to do is the program's own work:
//
//   mpirun -n 2 benchmark_scale FOLDER [NETWORKS [COMPONENTS]]      10,000 networks of 30 components
//   /usr/bin/time -v mpirun -n 2 cohort run FOLDER/study.toml -o FOLDER/results.h5
#include <cohort/analysis/analyses.hpp>
#include <cohort/cluster/mpi_session.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/study_results.hpp>
#include <cohort/store/study_schema.hpp>
#include <cohort/store/together.hpp>
#include <cohort/study/study.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace cohort {
namespace {

constexpr Index kUnits = 200;

std::string study_text(int n_networks, int n_components) {
  return fmt::format(
      "[study]\nname = \"scale\"\n[task]\nname = \"center_out_reach_hatsopoulos_2007\"\n[factors]\nrule = \"bptt\"\n"
      "architecture = \"ctrnn/units={}\"\ninitialization = \"gaussian\"\nseed = {}\n[training]\nupdates = 1\n"
      "[snapshots]\nrepresentation = \"compressed\"\ncomponents = {}\ntolerance = 1e-6\n"
      "[similarity]\nmeasures = [\"procrustes\"]\n[effects]\ndistances = false\nresponses = []\n",
      kUnits, n_networks, n_components);
}

/// Slow modes whose sizes fall from 1 to some 1e-5, as a mixture of them in every unit, in single precision.
Matrix<float> synthetic_network(Index n_samples, Index n_modes, std::uint64_t item) {
  RandomStream stream = RandomStream("benchmark", "scale", 1).substream(item);
  const auto normal = [&] { return stream.normal(); };
  MatrixXd modes = MatrixXd::NullaryExpr(n_samples, n_modes, normal);
  for (Index sample = 1; sample < n_samples; ++sample)
    modes.row(sample) = 0.95 * modes.row(sample - 1) + 0.3 * modes.row(sample);
  const VectorXd sizes = Eigen::pow(10.0, VectorXd::LinSpaced(n_modes, 0, -5).array());
  const MatrixXd mixing = MatrixXd::NullaryExpr(n_modes, kUnits, normal);
  return (modes * sizes.asDiagonal() * mixing).cast<float>();
}

void make(const std::string& folder, int n_networks, int n_components, const MpiSession& session) {
  const std::string path = folder + "/study.toml";
  together(session.communicator(), [&] {
    if (session.rank() != 0) return;
    std::filesystem::create_directories(folder);
    std::ofstream(path) << study_text(n_networks, n_components);
  });
  const Study study = read_study(path);
  const Design design = expand(study);
  const Analyses analyses(study, design);
  ResultsFile file = open_study_results(folder + "/results.h5", study_schema(study, design, analyses.schema()),
                                        session.communicator(), former_keys(design))
                         .file;
  RunTable table(file);
  const auto n_samples = static_cast<Index>(file.extent("/snapshots/scores")[3]);
  const auto rank = static_cast<std::size_t>(session.rank()), n_ranks = static_cast<std::size_t>(session.size());
  together(session.communicator(), [&] {
    for (std::size_t run = rank; run < design.size(); run += n_ranks) {
      RunResult result;
      result.status = RunStatus::done;
      result.snapshots.resize(1);
      result.snapshots[0].update = 1;
      result.snapshots[0].error = 0.1;
      result.snapshots[0].representation = synthetic_network(n_samples, n_components, run);
      table.write(run, result, {1, static_cast<int>(rank), 1, 2});
    }
  });
  file.flush();
  file.close();
}

}  // namespace
}  // namespace cohort

int main(int argc, char** argv) {
  using namespace cohort;
  try {
    const MpiSession session;
    if (argc < 2) throw UserError("no folder is given");
    const int n_networks = argc > 2 ? std::atoi(argv[2]) : 10'000, n_components = argc > 3 ? std::atoi(argv[3]) : 30;
    make(argv[1], n_networks, n_components, session);
  } catch (const UserError& error) {
    std::fprintf(stderr, "benchmark_scale: %s\n", error.what());
    return 2;
  }
  return 0;
}
