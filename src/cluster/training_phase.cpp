#include <cohort/cluster/training_phase.hpp>

#include <cohort/cluster/back_off.hpp>
#include <cohort/cluster/master.hpp>
#include <cohort/study/run_executor.hpp>

#include <exception>

namespace cohort {
namespace {

/// Trains one run on rank 0, answering workers between updates.
void train_here(std::size_t run, Master& master, Scheduler& scheduler, const TrainingCallbacks& callbacks) {
  const auto between_updates = [&] {
    master.poll();
    callbacks.tick(scheduler);
    if (callbacks.stop_requested() || !master.error().empty()) throw StopRequest();
  };
  try {
    scheduler.ended(run, callbacks.train(run, between_updates));
  } catch (const StopRequest&) {
    scheduler.ended(run, RunStatus::pending);
    master.stop();
  } catch (const std::exception& error) {
    scheduler.ended(run, RunStatus::pending);
    master.stop(error.what());
  }
}

/// What a worker says after it was assigned `run`.
Message train_for_master(std::size_t run, const TrainingCallbacks& callbacks) {
  const auto between_updates = [&] {
    if (callbacks.stop_requested()) throw StopRequest();
  };
  try {
    return {Message::Kind::report, run, static_cast<std::uint8_t>(callbacks.train(run, between_updates)), ""};
  } catch (const StopRequest&) {
    return {Message::Kind::stopped, run, 0, ""};
  } catch (const std::exception& error) {
    return {Message::Kind::broken, run, 0, error.what()};
  }
}

/// `callbacks.tick` between runs: when it fails, the job stops with its error and workers are told so.
void tick_between_runs(Master& master, const Scheduler& scheduler, const TrainingCallbacks& callbacks) {
  if (!master.error().empty()) return;
  try {
    callbacks.tick(scheduler);
  } catch (const std::exception& error) {
    master.stop(error.what());
  }
}

}  // namespace

TrainingOutcome lead_training(Scheduler& scheduler, Transport& transport, const TrainingCallbacks& callbacks,
                              bool master_works) {
  Master master(scheduler, transport);
  BackOff back_off;
  bool has_work = true;  // there may be runs that rank 0 could train itself
  while (!master.is_alone() || (has_work && master_works)) {
    const int n_messages = master.poll();
    tick_between_runs(master, scheduler, callbacks);
    if (callbacks.stop_requested() && !master.was_stopped()) master.stop();
    if (master_works && has_work) {
      if (const auto run = scheduler.next()) {
        train_here(*run, master, scheduler, callbacks);
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

void follow_training(Transport& transport, const TrainingCallbacks& callbacks) {
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
    transport.send(0, train_for_master(message.run, callbacks));
  }
}

}  // namespace cohort
