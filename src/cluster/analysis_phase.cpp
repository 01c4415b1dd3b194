#include <cohort/cluster/analysis_phase.hpp>

#include "block_io.hpp"

#include <cohort/cluster/assemble.hpp>
#include <cohort/cluster/progress.hpp>
#include <cohort/cluster/round_size.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/core/log.hpp>
#include <cohort/core/text.hpp>
#include <cohort/store/analysis_log.hpp>
#include <cohort/store/together.hpp>
#include <cohort/store/value_checksums.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <new>
#include <numeric>
#include <optional>

namespace cohort {
namespace {

constexpr double kCaution = 1.3;  ///< how much longer than expected an item may take

/// Whether the block lies at the index of `place` along the dimensions that `place` has.
bool starts_as(const BlockPlace& block, const BlockPlace& place) {
  return std::equal(place.start.begin(), place.start.end(), block.start.begin()) &&
         std::equal(place.count.begin(), place.count.end(), block.count.begin());
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// One analysis of one job.
class AnalysisJob {
 public:
  AnalysisJob(const Analysis& analysis, const FinishedRuns& runs, ResultsFile& file, Crew& crew, AnalysisLog& log)
      : analysis_(analysis), runs_(runs), file_(file), crew_(crew), log_(log) {
    for (const DatasetInfo& info : analysis.datasets().datasets) made_from_of_[info.path] = info.made_from;
  }

  AnalysisOutcome run() {
    AnalysisOutcome outcome;
    outcome.stopped = !find_open_items();
    if (outcome.stopped) return outcome;
    write_state();
    while (!open_.empty() && !outcome.stopped) outcome.stopped = do_round();
    outcome.stopped = outcome.stopped || left_out_;
    if (crew_.is_first() && progress_) progress_->finish(progress_text(), share());
    outcome.n_failed = n_failed_;
    return outcome;
  }

 private:
  /// What is to be done, costliest first, the same on every rank: each looks at its share of the items. False when the
  /// job is to stop before that is known.
  bool find_open_items() {
    const std::size_t n_items = analysis_.n_items();
    std::vector<double> cost(n_items, 0);
    together(crew_.communicator(), [&] {
      const auto rank = static_cast<std::size_t>(crew_.rank()), n_ranks = static_cast<std::size_t>(crew_.size());
      for (std::size_t item = rank; item < n_items && !crew_.is_asked_to_stop(); item += n_ranks) {
        const auto stale = stale_numbers(item, stored_values(item));
        const auto n_stale = static_cast<double>(std::count(stale.begin(), stale.end(), true));
        // Never quite nothing: an item with a stale number is open whatever it costs.
        if (n_stale > 0) cost[item] = 1 + analysis_.cost(item) * n_stale / static_cast<double>(stale.size());
      }
    });
    if (crew_.agree_to_stop()) return false;
    check_mpi(
        MPI_Allreduce(MPI_IN_PLACE, cost.data(), static_cast<int>(n_items), MPI_DOUBLE, MPI_SUM, crew_.communicator()),
        "MPI_Allreduce");
    for (std::size_t item = 0; item < n_items; ++item)
      if (cost[item] > 0) open_.push_back({item, cost[item]});
    n_left_ = open_.size();
    n_done_ = n_items - n_left_;
    std::stable_sort(open_.begin(), open_.end(), [](const Open& a, const Open& b) { return a.cost > b.cost; });
    for (const Open& open : open_) cost_left_ += open.cost;
    total_cost_ = cost_left_;
    if (!open_.empty()) progress_.emplace();
    return true;
  }

  /// Those of the analysis, then of the checksums of its values, one block for each of made_from.
  std::vector<BlockPlace> places(std::size_t item) const {
    std::vector<BlockPlace> all = analysis_.places(item);
    for (const BlockPlace& place : analysis_.made_from_places(item))
      all.push_back({checksum_dataset(place.dataset), ValueType::i32, place.start, place.count});
    return all;
  }

  ItemValues stored_values(std::size_t item) {
    ItemValues values(places(item));
    read_blocks(file_, values);
    return values;
  }

  /// Checksums of the values as they are now, for each block of made_from.
  std::vector<std::vector<std::int32_t>> checksums(std::size_t item, const ItemValues& values) const {
    std::vector<std::vector<std::int32_t>> result;
    const std::size_t n_blocks = analysis_.places(item).size();
    for (const BlockPlace& place : analysis_.made_from_places(item)) {
      std::vector<std::uint64_t> sums(volume(place.count), 0);
      for (std::size_t i = 0; i < n_blocks; ++i) {
        const BlockPlace& block = values.places()[i];
        if (made_from_of_.at(block.dataset) != place.dataset || !starts_as(block, place)) continue;
        add_to_checksums(block.dataset, block.type, values.words().data() + values.first_word(i),
                         volume(block.count) / sums.size(), sums);
      }
      result.emplace_back();
      for (const std::uint64_t sum : sums) result.back().push_back(stored_checksum(sum));
    }
    return result;
  }

  void write_checksums(std::size_t item, ItemValues& values) const {
    std::size_t block = analysis_.places(item).size();
    for (const auto& sums : checksums(item, values))
      std::ranges::copy(sums, values.block<std::int32_t>(block++).begin());
  }

  /// Which numbers of made_from in the file are not what they should be, or speak of values that have changed since.
  std::vector<bool> stale_numbers(std::size_t item, ItemValues values) {
    const auto stored = read_numbers(file_, analysis_.made_from_places(item));
    const auto wanted = analysis_.made_from(item, runs_);
    expects(stored.size() == wanted.size(), "as many numbers as places of made_from");
    std::vector<bool> stale(wanted.size());
    std::size_t i = 0, block = analysis_.places(item).size();
    for (const auto& sums : checksums(item, values)) {
      const auto written = values.block<std::int32_t>(block++);
      for (std::size_t k = 0; k < sums.size(); ++k, ++i)
        stale[i] = stored[i] != wanted[i] || (wanted[i] != 0 && sums[k] != written[k]);
    }
    return stale;
  }

  /// Of one rank, by what a unit of cost took in this job; 0 before the first round.
  double expected_seconds(double cost) const {
    return done_cost_ > 0 ? cost * work_seconds_ * crew_.n_workers() / done_cost_ : 0;
  }

  /// Whether an item that begins now will have ended when the job has to.
  bool fits(double cost) const { return kCaution * expected_seconds(cost) <= crew_.seconds_left(); }

  std::size_t n_of_round() const {
    return size_of_round({open_.size(), crew_.n_workers(), expected_seconds(1),
                          [this](std::size_t n) { return open_[n].cost; },
                          [this](std::size_t n) { return ItemValues::n_words(places(open_[n].item)); }});
  }

  /// True when the job is to stop.
  bool do_round() {
    std::uint64_t n = crew_.is_first() ? n_of_round() : 0;  // by the clock of one rank
    check_mpi(MPI_Bcast(&n, 1, MPI_UINT64_T, 0, crew_.communicator()), "MPI_Bcast");
    round_.assign(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(n));
    open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(n));
    computed_.clear();
    failed_.clear();

    std::vector<double> cost;
    for (const Open& open : round_) cost.push_back(open.cost);
    Scheduler scheduler(cost, std::vector<bool>(round_.size(), true), Scheduler::Order::longest_first);
    scheduler.only_if([this](double one) { return fits(one); });
    const Progress clock;
    const bool stopped = crew_.work(
        scheduler, [&](std::size_t index, const StopCheck& stop) { return compute(index, stop); },
        [&](const Scheduler& s) { show(s); });
    work_seconds_ += clock.seconds();
    if (crew_.is_first()) tell_of_lack_of_time(scheduler);
    end_round();
    return stopped;
  }

  /// Once, of the first item that was left out.
  void tell_of_lack_of_time(const Scheduler& scheduler) {
    if (scheduler.n_left() == 0 || has_told_) return;
    has_told_ = true;
    cohort::log(LogLevel::info, fmt::format("{}: {} needs about {}, and the job has {} left: left to the next job",
                                            analysis_.name(), analysis_.item_name(round_.front().item),
                                            duration_text(expected_seconds(round_.front().cost)),
                                            duration_text(std::max(crew_.seconds_left(), 0.0))));
  }

  /// Whatever an item throws ends that item, and nothing else; what `stop` throws (a lease that was lost) is no fault
  /// of it.
  RunStatus compute(std::size_t index, const StopCheck& stop) {
    const std::size_t item = round_[index].item;
    bool stop_threw = false;
    const auto guarded = [&] {
      stop_threw = true;
      stop();
      stop_threw = false;
    };
    try {
      ItemValues values = stored_values(item);
      analysis_.compute(item, runs_, stale_numbers(item, values), guarded, values);
      write_checksums(item, values);
      computed_.emplace(index, std::move(values));
      return RunStatus::done;
    } catch (const std::bad_alloc&) {
      if (stop_threw) throw;
      failed_[index] = "out of memory";
    } catch (const std::exception& error) {
      if (stop_threw) throw;
      failed_[index] = one_line(error.what());
    }
    return RunStatus::failed;
  }

  /// Who did what, the same on every rank: rank + 1 of who computed (or failed at) an item of the round, 0 for nobody.
  template <class Map>
  std::vector<std::int32_t> owners(const Map& own) const {
    std::vector<std::int32_t> result(round_.size(), 0);
    for (const auto& [index, value] : own) result[index] = crew_.rank() + 1;
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, result.data(), static_cast<int>(result.size()), MPI_INT32_T, MPI_MAX,
                            crew_.communicator()),
              "MPI_Allreduce");
    return result;
  }

  void end_round() {
    const auto computed_by = owners(computed_), failed_by = owners(failed_);
    write_values(computed_by);
    for (std::size_t index = 0; index < round_.size(); ++index) {
      n_done_ += computed_by[index] > 0;
      if (computed_by[index] > 0) done_cost_ += round_[index].cost;
      if (computed_by[index] == 0 && failed_by[index] == 0) {  // given up, or never begun
        left_out_ = true;
        continue;
      }
      --n_left_;
      cost_left_ -= round_[index].cost;
      if (failed_by[index] > 0) record_failure(index, failed_by[index] - 1);
    }
    write_state();
  }

  /// The values of the round's items, then what they were made from.
  void write_values(const std::vector<std::int32_t>& computed_by) {
    std::vector<ItemValues> joined;
    std::vector<std::uint64_t> words;
    for (std::size_t index = 0; index < round_.size(); ++index) {
      if (computed_by[index] == 0) continue;
      joined.emplace_back(places(round_[index].item));
      const auto own = computed_.find(index);
      if (own != computed_.end()) std::ranges::copy(own->second.words(), joined.back().words().begin());
      words.insert(words.end(), joined.back().words().begin(), joined.back().words().end());
    }
    if (joined.empty()) return;
    assemble(crew_.communicator(), words);

    std::vector<BlockValues> blocks;
    std::size_t first = 0;
    for (ItemValues& values : joined) {
      for (std::size_t i = 0; i < values.places().size(); ++i)
        blocks.push_back({&values.places()[i], words.data() + first + values.first_word(i)});
      first += values.words().size();
    }
    write_blocks(file_, blocks);
    file_.flush();
    write_made_from(computed_by);
    file_.flush();
  }

  void write_made_from(const std::vector<std::int32_t>& computed_by) {
    std::vector<std::vector<BlockPlace>> places;
    std::vector<std::vector<std::uint64_t>> numbers;
    for (std::size_t index = 0; index < round_.size(); ++index) {
      if (computed_by[index] == 0) continue;
      places.push_back(analysis_.made_from_places(round_[index].item));
      numbers.push_back(analysis_.made_from(round_[index].item, runs_));
    }
    std::vector<BlockValues> blocks;
    for (std::size_t i = 0; i < places.size(); ++i) {
      std::size_t first = 0;
      for (const BlockPlace& place : places[i]) {
        blocks.push_back({&place, numbers[i].data() + first});
        first += volume(place.count);
      }
    }
    write_blocks(file_, blocks);
  }

  void record_failure(std::size_t index, int owner) {
    ++n_failed_;
    char message[256] = {};
    if (owner == crew_.rank()) std::strncpy(message, failed_[index].c_str(), sizeof message - 1);
    check_mpi(MPI_Bcast(message, sizeof message, MPI_CHAR, owner, crew_.communicator()), "MPI_Bcast");
    const std::string item = analysis_.item_name(round_[index].item);
    together(crew_.communicator(), [&] {
      if (!crew_.is_first()) return;
      cohort::log(LogLevel::warning, fmt::format("{}: {}: failed: {}", analysis_.name(), item, message));
      log_.add({analysis_.name(), item, message});
    });
  }

  void write_state() {
    together(crew_.communicator(), [&] {
      if (!crew_.is_first()) return;
      log_.write({analysis_.name(), static_cast<int>(analysis_.n_items()), static_cast<int>(n_done_),
                  static_cast<int>(n_failed_), seconds_left()});
    });
  }

  /// By what a unit of cost took in this job, 0 when nothing is left, NaN before the first round.
  double seconds_left() const {
    if (n_left_ == 0) return 0;
    return done_cost_ > 0 ? cost_left_ * work_seconds_ / done_cost_ : std::numeric_limits<double>::quiet_NaN();
  }

  double share() const { return n_left_ > 0 ? 1 - cost_left_ / total_cost_ : 1; }

  std::string progress_text(std::size_t done_now = 0, std::size_t failed_now = 0) const {
    return fmt::format("{}: {} of {} items done, {} failed", analysis_.name(), n_done_ + done_now, analysis_.n_items(),
                       n_failed_ + failed_now);
  }

  void show(const Scheduler& scheduler) {
    if (!progress_ || !progress_->is_due()) return;
    double round_cost = 0;
    for (const Open& open : round_) round_cost += open.cost;
    progress_->show(progress_text(scheduler.n_ended(RunStatus::done), scheduler.n_ended(RunStatus::failed)),
                    share() + scheduler.progress() * round_cost / total_cost_);
  }

  struct Open {
    std::size_t item;
    double cost;
  };

  const Analysis& analysis_;
  const FinishedRuns& runs_;
  ResultsFile& file_;
  Crew& crew_;
  AnalysisLog& log_;
  std::map<std::string, std::string> made_from_of_;  ///< by dataset
  std::vector<Open> open_;                           ///< not handed out yet, costliest first
  std::vector<Open> round_;                          ///< of the round under way
  std::map<std::size_t, ItemValues> computed_;       ///< by this rank, by position in the round
  std::map<std::size_t, std::string> failed_;        ///< likewise, and why
  std::size_t n_done_ = 0, n_failed_ = 0, n_left_ = 0;
  double total_cost_ = 0, cost_left_ = 0, done_cost_ = 0;
  double work_seconds_ = 0;
  bool left_out_ = false;  ///< items were not done, because the job was to stop; the same on every rank
  bool has_told_ = false;
  std::optional<Progress> progress_;
};

}  // namespace

OpenItems open_items(const Analysis& analysis, const FinishedRuns& runs,
                     const std::function<std::vector<std::uint64_t>(const BlockPlace&)>& read) {
  OpenItems open;
  for (std::size_t item = 0; item < analysis.n_items(); ++item) {
    std::vector<std::uint64_t> stored;
    for (const BlockPlace& place : analysis.made_from_places(item))
      for (const std::uint64_t number : read(place)) stored.push_back(number);
    const auto wanted = analysis.made_from(item, runs);
    if (stored == wanted) continue;
    ++open.n;
    bool holds_some = false;
    for (std::size_t i = 0; i < stored.size(); ++i)
      holds_some = holds_some || (stored[i] == wanted[i] && wanted[i] != 0);
    open.n_in_part += holds_some;
  }
  return open;
}

AnalysisOutcome run_analyses(const std::vector<std::unique_ptr<Analysis>>& analyses, const FinishedRuns& runs,
                             ResultsFile& file, Crew& crew) {
  std::optional<AnalysisLog> log;
  together(crew.communicator(), [&] {
    log.emplace(file);
    if (crew.is_first()) log->begin();
  });
  AnalysisOutcome outcome;
  for (std::size_t number = 0; number < analyses.size() && !outcome.stopped; ++number) {
    const AnalysisOutcome one = AnalysisJob(*analyses[number], runs, file, crew, *log).run();
    outcome.stopped = one.stopped;
    outcome.n_failed += one.n_failed;
  }
  return outcome;
}

}  // namespace cohort
