#pragma once

#include <cohort/analysis/analysis.hpp>
#include <cohort/network/recurrent_network.hpp>
#include <cohort/study/design.hpp>
#include <cohort/study/run_executor.hpp>

namespace cohort {

/// Something about each network of each run: an item is a run at a level of the snapshots. A run that is not finished
/// or never reached the level keeps fill values.
class RunLevelAnalysis : public Analysis {
 public:
  /// One dataset; its first dimensions are the run and the level.
  struct Column {
    std::string path;
    ValueType type = ValueType::f64;
    std::vector<std::string> dimensions{};  ///< behind these
    std::string units = "1";
    std::string long_name{};
    std::vector<std::string> flags{};
  };

  const std::string& name() const override { return name_; }
  Schema datasets() const override;
  std::size_t n_items() const override { return design_.size() * n_levels_; }
  std::string item_name(std::size_t item) const override;
  std::vector<BlockPlace> places(std::size_t item) const override;
  std::vector<BlockPlace> made_from_places(std::size_t item) const override;
  std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const override;
  void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale, const StopCheck& stop,
               ItemValues& values) const override;

 protected:
  /// `name` is "dynamics/lyapunov"; `options` says what the values depend on beside the run, versions included. What
  /// items were made from lies in `made_from`, without one in made_from of the group of that name. `study` and `design`
  /// must outlive this.
  RunLevelAnalysis(const Study& study, const Design& design, std::string name, const std::string& options,
                   std::string made_from = "");

  /// What it writes, in the order of the blocks of an item. Called once, by the constructor of a derived class.
  void write(std::vector<Column> columns, std::vector<Dimension> dimensions);

  /// Fills in what there is to say of a network, whose parameters are those of a run at a level; `values` holds fill
  /// values. `initial` [n_parameters] are those that the run started from.
  struct TrainedNetwork {
    std::size_t run;
    std::size_t level;
    RunParts<double>& parts;
    const VectorXd& initial;
  };
  virtual void analyse(const TrainedNetwork& network, const StopCheck& stop, ItemValues& values) const = 0;

  const Study& study() const { return study_; }
  const Design& design() const { return design_; }
  std::size_t level_of_item(std::size_t item) const { return item % n_levels_; }
  std::size_t architecture_of(std::size_t item) const {
    return static_cast<std::size_t>(design_.level(item / n_levels_, Factor::architecture));
  }
  const std::vector<Column>& columns() const { return columns_; }

 private:
  std::size_t size_of(const std::string& dimension) const;

  const Study& study_;
  const Design& design_;
  std::string name_, made_from_;
  std::uint64_t options_;
  std::size_t n_levels_;
  std::vector<Column> columns_;
  std::vector<Dimension> dimensions_;
};

/// Throws UserError, with its place in the study file, for the first architecture of the study that is not a recurrent
/// network with derivatives. `what` cannot be done: "compute Lyapunov exponents".
void check_differentiable(const Study& study, const Design& design, const std::string& what);

}  // namespace cohort
