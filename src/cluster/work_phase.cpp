#include <cohort/cluster/work_phase.hpp>

#include <cohort/cluster/back_off.hpp>
#include <cohort/cluster/master.hpp>
#include <cohort/cluster/rank_lost.hpp>
#include <cohort/core/stop_request.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>

namespace cohort {
namespace {

/// Tells the master of workers that died. True when there were any of which it did not know.
bool look_for_lost(Master& master, const WorkCallbacks& callbacks) {
  bool is_new = false;
  for (const int worker : callbacks.lost()) is_new = master.lose(worker, callbacks.died) || is_new;
  return is_new;
}

/// Does one item on rank 0, answering workers between its iterations.
void work_here(std::size_t item, Master& master, Scheduler& scheduler, const WorkCallbacks& callbacks) {
  const auto between = [&] {
    master.poll();
    look_for_lost(master, callbacks);
    callbacks.tick(scheduler);
    if (callbacks.stop_requested() || !master.error().empty()) throw StopRequest();
  };
  try {
    scheduler.ended(item, callbacks.work(item, between));
  } catch (const StopRequest&) {
    scheduler.ended(item, RunStatus::pending);
    master.stop();
  } catch (const std::exception& error) {
    scheduler.ended(item, RunStatus::pending);
    master.stop(error.what());
  }
}

/// What rank 0 sends to a worker, who looks at it now and then while busy.
class Mailbox {
 public:
  explicit Mailbox(Transport& transport) : transport_(transport) {}

  /// The next message that arrived, or nothing.
  std::optional<Message> next() {
    fetch();
    if (held_.empty()) return std::nullopt;
    const Message message = held_.front();
    held_.pop_front();
    return message;
  }

  /// Whether rank 0 wants the item given up. Asking MPI takes about a microsecond, so not before every update.
  bool is_halted() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_look_ >= std::chrono::milliseconds(5)) {
      last_look_ = now;
      fetch();
    }
    return std::any_of(held_.begin(), held_.end(), [](const Message& m) { return m.kind == Message::Kind::halt; });
  }

 private:
  void fetch() {
    while (auto received = transport_.receive()) held_.push_back(std::move(received->second));
  }

  Transport& transport_;
  std::deque<Message> held_;  ///< arrived, not looked at
  std::chrono::steady_clock::time_point last_look_{};
};

/// What a worker says after it was assigned an item.
Message work_for_master(std::size_t item, Mailbox& mailbox, const WorkCallbacks& callbacks) {
  const auto between = [&] {
    if (callbacks.stop_requested() || mailbox.is_halted() || callbacks.lost().contains(0)) throw StopRequest();
  };
  try {
    return {Message::Kind::report, item, static_cast<std::uint8_t>(callbacks.work(item, between)), ""};
  } catch (const StopRequest&) {
    return {Message::Kind::stopped, item, 0, ""};
  } catch (const std::exception& error) {
    return {Message::Kind::broken, item, 0, error.what()};
  }
}

/// `callbacks.tick` between items: when it fails, the job stops with its error and workers are told so.
void tick_between_items(Master& master, const Scheduler& scheduler, const WorkCallbacks& callbacks) {
  if (!master.error().empty()) return;
  try {
    callbacks.tick(scheduler);
  } catch (const std::exception& error) {
    master.stop(error.what());
  }
}

}  // namespace

WorkOutcome lead_work(Scheduler& scheduler, Transport& transport, const WorkCallbacks& callbacks, bool master_works) {
  Master master(scheduler, transport);
  BackOff back_off;
  bool has_work = true;  // there may be items that rank 0 could do itself
  while (!master.is_alone() || (has_work && master_works)) {
    const int n_messages = master.poll();
    if (look_for_lost(master, callbacks)) has_work = true;  // theirs
    tick_between_items(master, scheduler, callbacks);
    if (callbacks.stop_requested() && !master.was_stopped()) master.stop();
    if (master_works && has_work) {
      if (const auto item = scheduler.next()) {
        work_here(*item, master, scheduler, callbacks);
        continue;
      }
      has_work = false;
    }
    master.release();
    if (n_messages > 0) {
      back_off.reset();
    } else {
      back_off.wait();
    }
  }
  return {master.was_stopped() && master.error().empty(), master.error(), master.lost()};
}

void follow_work(Transport& transport, const WorkCallbacks& callbacks) {
  transport.send(0, {Message::Kind::ready, 0, 0, ""});
  Mailbox mailbox(transport);
  BackOff back_off;
  for (;;) {
    const auto message = mailbox.next();
    if (callbacks.lost().contains(0)) throw RankLost("rank 0 died");
    if (!message) {
      back_off.wait();
      continue;
    }
    back_off.reset();
    if (message->kind == Message::Kind::stop) return;
    if (message->kind == Message::Kind::leave) throw RankLost(message->text);
    if (message->kind == Message::Kind::halt) continue;  // nothing to give up: the item had just ended
    transport.send(0, work_for_master(message->item, mailbox, callbacks));
  }
}

}  // namespace cohort
