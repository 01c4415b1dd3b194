#include <cohort/cluster/work_phase.hpp>

#include <cohort/cluster/back_off.hpp>
#include <cohort/cluster/master.hpp>
#include <cohort/core/stop_request.hpp>

#include <exception>

namespace cohort {
namespace {

/// Does one item on rank 0, answering workers between its iterations.
void work_here(std::size_t item, Master& master, Scheduler& scheduler, const WorkCallbacks& callbacks) {
  const auto between = [&] {
    master.poll();
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

/// What a worker says after it was assigned an item.
Message work_for_master(std::size_t item, const WorkCallbacks& callbacks) {
  const auto between = [&] {
    if (callbacks.stop_requested()) throw StopRequest();
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
    tick_between_items(master, scheduler, callbacks);
    if (callbacks.stop_requested() && !master.was_stopped()) master.stop();
    if (master_works && has_work) {
      if (const auto item = scheduler.next()) {
        work_here(*item, master, scheduler, callbacks);
        continue;
      }
      has_work = false;
    }
    if (n_messages > 0) {
      back_off.reset();
    } else {
      back_off.wait();
    }
  }
  return {master.was_stopped() && master.error().empty(), master.error()};
}

void follow_work(Transport& transport, const WorkCallbacks& callbacks) {
  transport.send(0, {Message::Kind::ready, 0, 0, ""});
  BackOff back_off;
  for (;;) {
    const auto received = transport.receive();
    if (!received) {
      back_off.wait();
      continue;
    }
    back_off.reset();
    const Message& message = received->second;
    if (message.kind == Message::Kind::stop) return;
    transport.send(0, work_for_master(message.item, callbacks));
  }
}

}  // namespace cohort
