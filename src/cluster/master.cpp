#include <cohort/cluster/master.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cohort {

int Master::poll() {
  int n_messages = 0;
  while (const auto received = transport_.receive()) {
    ++n_messages;
    // Who was thought dead may have been slow: what it had was given to others, and it gets no more.
    if (!workers_[static_cast<std::size_t>(received->first)].is_lost) hear(received->first, received->second);
  }
  return n_messages;
}

void Master::hear(int worker, const Message& message) {
  workers_[static_cast<std::size_t>(worker)].item.reset();
  switch (message.kind) {
    case Message::Kind::report:
      scheduler_.ended(message.item, static_cast<RunStatus>(message.status));
      break;
    case Message::Kind::ready:
      break;
    case Message::Kind::stopped:
      scheduler_.ended(message.item, RunStatus::pending);
      stop();
      break;
    case Message::Kind::broken:
      scheduler_.ended(message.item, RunStatus::pending);
      stop(message.text);
      break;
    case Message::Kind::assign:
    case Message::Kind::halt:
    case Message::Kind::stop:
    case Message::Kind::leave:
      return;  // only the master sends these
  }
  answer(worker);
}

void Master::answer(int worker) {
  Worker& one = workers_[static_cast<std::size_t>(worker)];
  one.item = scheduler_.next();
  one.is_idle = !one.item;
  if (one.item) transport_.send(worker, {Message::Kind::assign, *one.item, 0, ""});
}

bool Master::lose(int worker, const std::function<bool(std::size_t item)>& again) {
  Worker& dead = workers_[static_cast<std::size_t>(worker)];
  if (worker == 0 || dead.is_lost) return false;
  dead.is_lost = true;
  if (!dead.has_left) ++n_left_;
  dead.has_left = true;
  if (!dead.item) return true;
  if (!again(*dead.item)) {
    scheduler_.ended(*dead.item, RunStatus::failed);
  } else if (stopped_) {
    scheduler_.ended(*dead.item, RunStatus::pending);
  } else {
    scheduler_.give_back(*dead.item);
    for (int other = 1; other < transport_.size(); ++other)
      if (const Worker& one = workers_[static_cast<std::size_t>(other)]; one.is_idle && !one.has_left) answer(other);
  }
  return true;
}

void Master::release() {
  for (int worker = 1; worker < transport_.size(); ++worker)
    if (const Worker& one = workers_[static_cast<std::size_t>(worker)]; !one.is_idle && !one.has_left) return;
  const auto dead = lost();
  const Message message = dead.empty()
                              ? Message{Message::Kind::stop, 0, 0, ""}
                              : Message{Message::Kind::leave, 0, 0, fmt::format("rank {} died", fmt::join(dead, ", "))};
  for (int worker = 1; worker < transport_.size(); ++worker) {
    Worker& one = workers_[static_cast<std::size_t>(worker)];
    if (one.has_left) continue;
    transport_.send(worker, message);
    one.has_left = true;
    ++n_left_;
  }
}

std::vector<int> Master::lost() const {
  std::vector<int> dead;
  for (int worker = 1; worker < transport_.size(); ++worker)
    if (workers_[static_cast<std::size_t>(worker)].is_lost) dead.push_back(worker);
  return dead;
}

void Master::stop(const std::string& error) {
  if (error_.empty()) error_ = error;
  if (stopped_) return;
  stopped_ = true;
  scheduler_.stop();
  for (int worker = 1; worker < transport_.size(); ++worker)
    if (const Worker& one = workers_[static_cast<std::size_t>(worker)]; !one.has_left && !one.is_idle)
      transport_.send(worker, {Message::Kind::halt, 0, 0, ""});
}

}  // namespace cohort
