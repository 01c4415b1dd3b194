#pragma once

#include <cohort/cluster/transport.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <queue>
#include <set>
#include <utility>
#include <vector>

namespace cohort {

/// What rank 0 finds between itself and workers who only pass time: they do every item they are given and report it.
/// Time is virtual. It passes when rank 0 waits for the next message, takes one, or works itself (`pass_to`).
///
/// Who is rank 0 is the real master: lead_work over this transport hands out items as a job of so many ranks would.
class SimulatedTransport final : public Transport {
 public:
  /// What takes how long, in seconds.
  struct Timing {
    double start = 0;       ///< of rank 0; a worker is there up to `latecoming` later, evenly
    double latecoming = 0;  ///< between the first worker that is ready and the last
    double message = 5e-6;  ///< of rank 0, to take a message and answer it (apps/benchmark_service.cpp)
    double latency = 5e-6;  ///< a message is on its way
    double looking = 1e-3;  ///< rank 0, with nothing to do, looks that often (see BackOff)
    double noticing = 2;    ///< from the death of a worker until rank 0 knows of it (see RankWatch)
  };

  /// A worker reports nothing from then on.
  struct Death {
    double time;
    int worker;
  };

  /// What a worker needs for an item.
  using Duration = std::function<double(int worker, std::size_t item)>;

  /// What a worker was doing when the simulation was left.
  struct UnderWay {
    std::size_t item;
    double since;
  };

  /// A job that has `end` seconds: a later message throws JobDied when rank 0 asks for it.
  SimulatedTransport(int n_ranks, const Timing& timing, Duration duration,
                     double end = std::numeric_limits<double>::infinity());

  struct JobDied {};

  /// Workers that die while the others go on, in the order of time.
  void let_die(std::vector<Death> deaths);
  /// Who has died and was not asked about before.
  std::set<int> newly_lost();

  int rank() const override { return 0; }
  int size() const override { return static_cast<int>(under_way_.size()); }
  void send(int to, const Message& message) override;
  std::optional<std::pair<int, Message>> receive() override;

  double now() const { return now_; }
  /// Rank 0 works until then. Does not go back.
  void pass_to(double time);
  /// When the next message arrives; infinite when none is on its way.
  double next_arrival() const;
  /// While rank 0 works itself it finds only what has arrived; else it waits for what is on its way.
  void wait_for_messages(bool does) { waits_ = does; }
  /// Items that workers have reported, in their order.
  const std::vector<std::size_t>& reported() const { return reported_; }
  /// Seconds that rank 0 has spent on messages.
  double master_seconds() const { return master_seconds_; }
  std::uint64_t n_messages() const { return n_messages_; }
  /// What the workers were doing, of those that were doing something.
  std::vector<UnderWay> under_way() const;

 private:
  struct Arrival {
    double time;
    std::uint64_t number;  ///< of messages that arrive at once the first sent comes first
    int from;
    Message message;
    bool operator>(const Arrival& other) const {
      return time != other.time ? time > other.time : number > other.number;
    }
  };
  void arrive(double time, int from, Message message);
  /// When rank 0 knows of the next death; infinite when nobody dies.
  double next_notice() const;

  Timing timing_;
  Duration duration_;
  double end_;
  double now_;
  bool waits_ = true;
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
  std::vector<std::size_t> reported_;
  std::vector<std::optional<UnderWay>> under_way_;  ///< [n_ranks]
  std::vector<double> dies_at_;                     ///< [n_ranks]; infinite for who lives
  std::vector<Death> deaths_;                       ///< of which rank 0 does not know, the next at the back
  double master_seconds_ = 0;
  std::uint64_t n_messages_ = 0, n_sent_ = 0;
};

}  // namespace cohort
