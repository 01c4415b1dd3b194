#include <cohort/cluster/simulated_job.hpp>

#include <cohort/cluster/crew.hpp>
#include <cohort/cluster/round_size.hpp>
#include <cohort/cluster/work_phase.hpp>
#include <cohort/core/random_stream.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>

namespace cohort {
namespace {

/// What items really take, on ranks of which some are slow.
class RealTimes {
 public:
  RealTimes(const std::vector<double>& expected, const SimulatedJob& job) : slowness_(job.slowness) {
    RandomStream stream("simulation", "items", job.seed);
    for (const double seconds : expected)
      seconds_.push_back(seconds * (job.spread > 0 ? std::exp(job.spread * stream.normal()) : 1));
    RandomStream ranks("simulation", "ranks", job.seed);
    for (int rank = 0; rank < job.n_ranks; ++rank) is_slow_.push_back(ranks.uniform() < job.straggling);
  }

  double operator()(int rank, std::size_t item) const { return seconds_[item] * slowness(rank); }
  double slowness(int rank) const { return is_slow_[static_cast<std::size_t>(rank)] ? slowness_ : 1; }
  /// So much of an item needs no one do again, on a rank that is not slow.
  void shorten(std::size_t item, double seconds) { seconds_[item] = std::max(0.0, seconds_[item] - seconds); }
  double sum() const { return std::accumulate(seconds_.begin(), seconds_.end(), 0.0); }

 private:
  double slowness_;
  std::vector<double> seconds_;
  std::vector<bool> is_slow_;
};

/// What need not be done again of what was under way for so long.
double saved_seconds(double since, double end, const SimulatedJob& job) {
  return job.save_every * std::floor(std::max(0.0, end - since) / job.save_every);
}

/// One start of a job: what lead_work makes of the open items over a SimulatedTransport.
class Phase {
 public:
  Phase(Scheduler& scheduler, SimulatedTransport::Duration duration, const SimulatedJob& job, double start,
        double end = std::numeric_limits<double>::infinity())
      : scheduler_(scheduler),
        duration_(std::move(duration)),
        job_(job),
        end_(end),
        transport_(job.n_ranks, timing_at(job, start), duration_, end) {}

  /// Workers that die while the others go on; `died` hears of what they were doing.
  void let_die(std::vector<SimulatedTransport::Death> deaths, std::function<void(std::size_t item)> died) {
    transport_.let_die(std::move(deaths));
    died_ = std::move(died);
  }

  /// Throws JobDied when its end comes first.
  void run() {
    const bool master_works = job_.n_ranks <= kRanksWithWorkingMaster;
    transport_.wait_for_messages(!master_works);
    WorkCallbacks callbacks;
    callbacks.work = [this](std::size_t item, const StopCheck& between) { return work_on_rank_0(item, between); };
    callbacks.tick = [this](const Scheduler& scheduler) {
      if (!own_ && scheduler.n_left() == scheduler.n_running()) transport_.wait_for_messages(true);
    };
    callbacks.stop_requested = [] { return false; };
    callbacks.lost = [this] { return transport_.newly_lost(); };
    callbacks.died = [this](std::size_t item) { return died_(item), true; };
    lead_work(scheduler_, transport_, callbacks, master_works);
  }

  const SimulatedTransport& transport() const { return transport_; }
  /// Notes what is done in `open`.
  void close_done(std::vector<bool>& open) const {
    for (const std::size_t item : transport_.reported()) open[item] = false;
    for (const std::size_t item : done_here_) open[item] = false;
  }
  /// Everything that was being done, rank 0 included.
  std::vector<SimulatedTransport::UnderWay> under_way() const {
    auto all = transport_.under_way();
    if (own_) all.push_back(*own_);
    return all;
  }

 private:
  static SimulatedTransport::Timing timing_at(const SimulatedJob& job, double start) {
    SimulatedTransport::Timing timing = job.timing;
    timing.start = start;
    return timing;
  }

  /// Rank 0 answers between its updates.
  RunStatus work_on_rank_0(std::size_t item, const StopCheck& between) {
    transport_.wait_for_messages(false);
    const double begin = transport_.now(), seconds = duration_(0, item);
    own_ = {item, begin};
    double done_at = begin + seconds;  // later by what answering takes
    while (transport_.now() < done_at) {
      const double arrival = std::max(transport_.next_arrival(), transport_.now());
      const double look = std::max(arrival, begin + job_.update * std::ceil((arrival - begin) / job_.update));
      transport_.pass_to(std::min(look, done_at));
      if (transport_.now() > end_) throw SimulatedTransport::JobDied();
      const double before = transport_.now();
      between();
      done_at += transport_.now() - before;
    }
    own_.reset();
    done_here_.push_back(item);
    return RunStatus::done;
  }

  Scheduler& scheduler_;
  SimulatedTransport::Duration duration_;
  const SimulatedJob& job_;
  double end_;
  SimulatedTransport transport_;
  std::function<void(std::size_t item)> died_;
  std::optional<SimulatedTransport::UnderWay> own_;  ///< of rank 0
  std::vector<std::size_t> done_here_;               ///< likewise
};

/// When ranks die, rising; infinite behind the last.
std::vector<double> times_of_death(double expected_seconds, const SimulatedJob& job) {
  const auto n = static_cast<std::size_t>(std::lround(job.deaths * job.n_ranks));
  RandomStream stream("simulation", "deaths", job.seed);
  std::vector<double> times;
  for (std::size_t i = 0; i < n; ++i)
    times.push_back(expected_seconds * (static_cast<double>(i) + stream.uniform()) / static_cast<double>(n));
  times.push_back(std::numeric_limits<double>::infinity());
  return times;
}

/// What the next start of the job need not do again of what was under way at the end.
void keep_what_was_saved(const std::vector<SimulatedTransport::UnderWay>& under_way, double end,
                         const SimulatedJob& job, RealTimes& times) {
  for (const auto& [item, since] : under_way) times.shorten(item, saved_seconds(since, end, job));
}

void count(const SimulatedTransport& transport, SimulatedOutcome& outcome) {
  outcome.master += transport.master_seconds();
  outcome.n_messages += transport.n_messages();
}

/// Blocks of all ranks joined, and written by all: what a round ends with.
double seconds_of_ending(std::size_t words, const SimulatedJob& job) {
  const double bytes = 8.0 * static_cast<double>(words), steps = std::ceil(std::log2(std::max(job.n_ranks, 2)));
  return 6 * steps * job.timing.latency + 2 * bytes / job.bandwidth + bytes / job.disk;  // six collectives
}

SimulatedOutcome train_from_death_to_death(const std::vector<double>& expected, const SimulatedJob& job) {
  RealTimes times(expected, job);
  SimulatedOutcome outcome;
  outcome.work = times.sum();
  std::vector<bool> open(expected.size(), true);
  double start = 0;
  for (const double death : times_of_death(outcome.work / job.n_ranks, job)) {
    if (death < start) continue;  // nobody works then
    Scheduler scheduler([&](std::size_t item) { return expected[item]; }, open, Scheduler::Order::longest_first);
    Phase phase(scheduler, std::cref(times), job, start, death);
    try {
      phase.run();
      count(phase.transport(), outcome);
      outcome.seconds = phase.transport().now();
      break;
    } catch (const SimulatedTransport::JobDied&) {
      count(phase.transport(), outcome);
      keep_what_was_saved(phase.under_way(), death, job, times);
      phase.close_done(open);
      start = death + job.restart;
      ++outcome.n_starts;
    }
  }
  return outcome;
}

/// Other workers, drawn without repetition, at the times of deaths.
std::vector<SimulatedTransport::Death> drawn_deaths(double expected_seconds, const SimulatedJob& job) {
  std::vector<double> times = times_of_death(expected_seconds, job);
  times.pop_back();
  std::vector<int> workers(static_cast<std::size_t>(std::max(job.n_ranks - 1, 0)));
  std::iota(workers.begin(), workers.end(), 1);
  RandomStream stream("simulation", "who dies", job.seed);
  std::vector<SimulatedTransport::Death> deaths;
  for (std::size_t i = 0; i < times.size() && i < workers.size(); ++i) {
    const auto other = i + static_cast<std::size_t>(stream.uniform() * static_cast<double>(workers.size() - i));
    std::swap(workers[i], workers[other]);
    deaths.push_back({times[i], workers[i]});
  }
  return deaths;
}

SimulatedOutcome train_among_the_dying(const std::vector<double>& expected, const SimulatedJob& job) {
  RealTimes times(expected, job);
  SimulatedOutcome outcome;
  outcome.work = times.sum();
  const auto deaths = drawn_deaths(outcome.work / job.n_ranks, job);
  Scheduler scheduler([&](std::size_t item) { return expected[item]; }, std::vector<bool>(expected.size(), true),
                      Scheduler::Order::longest_first);
  Phase phase(scheduler, std::cref(times), job, 0);
  phase.let_die(deaths, [&](std::size_t item) {
    for (const auto& [other, since] : phase.under_way())
      if (other == item) times.shorten(item, saved_seconds(since, phase.transport().now(), job));
  });
  phase.run();
  count(phase.transport(), outcome);
  outcome.n_starts = deaths.empty() ? 1 : 2;  // what follows calls everybody together
  outcome.seconds = phase.transport().now() + (deaths.empty() ? 0 : job.restart);
  return outcome;
}

}  // namespace

SimulatedOutcome simulate_training(const std::vector<double>& expected, const SimulatedJob& job) {
  return job.recovers ? train_among_the_dying(expected, job) : train_from_death_to_death(expected, job);
}

SimulatedOutcome simulate_analysis(std::vector<double> expected, std::size_t words, const SimulatedJob& whole_job) {
  std::ranges::sort(expected, std::greater<>());
  SimulatedJob job = whole_job;
  job.timing.latecoming = 0;  // who has trained is there
  const RealTimes times(expected, job);
  const int n_workers = job.n_ranks <= kRanksWithWorkingMaster ? job.n_ranks : job.n_ranks - 1;
  SimulatedOutcome outcome;
  outcome.work = times.sum();
  double now = 0, done_cost = 0, work_seconds = 0;
  for (std::size_t first = 0; first < expected.size();) {
    const RoundCut cut{expected.size() - first, n_workers, done_cost > 0 ? work_seconds * n_workers / done_cost : 0,
                       [&](std::size_t n) { return expected[first + n]; }, [&](std::size_t) { return words; }};
    const std::size_t n = size_of_round(cut);
    Scheduler scheduler([&](std::size_t item) { return expected[first + item]; }, std::vector<bool>(n, true),
                        Scheduler::Order::longest_first);
    Phase phase(
        scheduler, [&](int rank, std::size_t item) { return times(rank, first + item); }, job, now);
    phase.run();
    count(phase.transport(), outcome);
    work_seconds += phase.transport().now() - now;
    done_cost += std::accumulate(expected.begin() + static_cast<std::ptrdiff_t>(first),
                                 expected.begin() + static_cast<std::ptrdiff_t>(first + n), 0.0);
    now = phase.transport().now() + seconds_of_ending(n * words, job);
    first += n;
    ++outcome.n_rounds;
  }
  outcome.seconds = now;
  return outcome;
}

int recommended_ranks(const std::vector<double>& expected, const SimulatedJob& job, double share, int most) {
  if (expected.empty()) return 1;
  const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
  const double longest = *std::ranges::max_element(expected);
  const double for_messages = static_cast<double>(expected.size()) * job.timing.message;  // of rank 0
  int best = 1;
  for (int n_ranks = 2; n_ranks <= most; n_ranks *= 2) {
    const int n_workers = n_ranks <= kRanksWithWorkingMaster ? n_ranks : n_ranks - 1;
    if (sum / n_ranks < share * longest) break;  // whoever has the longest is alone at the end
    SimulatedJob tried = job;
    tried.n_ranks = n_ranks;
    // Whoever is handed the next item as soon as it is free ends no later than this (Graham 1969).
    const double latest = (sum - longest) / n_workers + longest;
    const double at_least = sum / (n_ranks * latest);
    const bool is_certain = at_least > share + 0.02 && for_messages < 0.01 * sum / n_ranks;
    const bool is_busy = is_certain || simulate_training(expected, tried).efficiency(n_ranks) >= share;
    if (!is_busy) break;
    best = n_ranks;
  }
  return best;
}

}  // namespace cohort
