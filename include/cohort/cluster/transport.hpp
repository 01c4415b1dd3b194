#pragma once

#include <cohort/cluster/message.hpp>

#include <optional>
#include <utility>

namespace cohort {

/// How ranks talk. Nothing blocks.
class Transport {
 public:
  virtual ~Transport() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  virtual void send(int to, const Message& message) = 0;
  /// The next message that arrived, with its sender, or nothing.
  virtual std::optional<std::pair<int, Message>> receive() = 0;
};

}  // namespace cohort
