#include <cohort/cluster/master.hpp>

namespace cohort {

int Master::poll() {
  int n_messages = 0;
  while (const auto received = transport_.receive()) {
    ++n_messages;
    const auto& [worker, message] = *received;
    switch (message.kind) {
      case Message::Kind::report:
        scheduler_.ended(message.item, static_cast<RunStatus>(message.status));
        answer(worker);
        break;
      case Message::Kind::ready:
        answer(worker);
        break;
      case Message::Kind::stopped:
        scheduler_.ended(message.item, RunStatus::pending);
        stop();
        answer(worker);
        break;
      case Message::Kind::broken:
        scheduler_.ended(message.item, RunStatus::pending);
        stop(message.text);
        answer(worker);
        break;
      case Message::Kind::assign:
      case Message::Kind::halt:
      case Message::Kind::stop:
        break;  // only the master sends these
    }
  }
  return n_messages;
}

void Master::answer(int worker) {
  if (const auto item = scheduler_.next()) {
    transport_.send(worker, {Message::Kind::assign, *item, 0, ""});
  } else {
    transport_.send(worker, {Message::Kind::stop, 0, 0, ""});
    has_left_[static_cast<std::size_t>(worker)] = true;
    ++n_left_;
  }
}

void Master::stop(const std::string& error) {
  if (error_.empty()) error_ = error;
  if (stopped_) return;
  stopped_ = true;
  scheduler_.stop();
  for (int worker = 1; worker < transport_.size(); ++worker)
    if (!has_left_[static_cast<std::size_t>(worker)]) transport_.send(worker, {Message::Kind::halt, 0, 0, ""});
}

}  // namespace cohort
