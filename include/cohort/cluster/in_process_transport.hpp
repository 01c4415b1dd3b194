#pragma once

#include <cohort/cluster/transport.hpp>

#include <deque>
#include <vector>

namespace cohort {

/// Ranks that live in one process: what one rank uses, and what tests of master and worker use.
class InProcessTransport final : public Transport {
 public:
  /// The mailboxes shared by all ranks, [n_ranks].
  using Mail = std::vector<std::deque<std::pair<int, Message>>>;

  InProcessTransport(Mail& mail, int rank) : mail_(mail), rank_(rank) {}

  int rank() const override { return rank_; }
  int size() const override { return static_cast<int>(mail_.size()); }
  void send(int to, const Message& message) override;
  std::optional<std::pair<int, Message>> receive() override;

 private:
  Mail& mail_;
  int rank_;
};

}  // namespace cohort
