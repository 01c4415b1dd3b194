#include <cohort/cluster/in_process_transport.hpp>

namespace cohort {

void InProcessTransport::send(int to, const Message& message) {
  mail_[static_cast<std::size_t>(to)].emplace_back(rank_, message);
}

std::optional<std::pair<int, Message>> InProcessTransport::receive() {
  auto& box = mail_[static_cast<std::size_t>(rank_)];
  if (box.empty()) return std::nullopt;
  auto first = std::move(box.front());
  box.pop_front();
  return first;
}

}  // namespace cohort
