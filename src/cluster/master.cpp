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
    ++n_left_;
  }
}

void Master::stop(const std::string& error) {
  stopped_ = true;
  if (error_.empty()) error_ = error;
  scheduler_.stop();
}

}  // namespace cohort
