#pragma once

#include <cohort/core/matrix.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>

namespace cohort {

/// What networks were cut to on this rank, as long as there is room: cutting one takes as long as comparing it with
/// some hundred others, and every tile of pairs needs all of its networks. Of one thread.
class ScoreCache {
 public:
  /// Of a representation: checksum of its run, level, tolerance.
  using Key = std::array<std::uint64_t, 3>;

  /// Bytes of scores that are kept; the oldest go first.
  static constexpr std::size_t most_bytes = 256 << 20;

  /// The scores that belong to `key`, made by `make` unless they are there.
  std::shared_ptr<const MatrixXd> get(const Key& key, const std::function<MatrixXd()>& make);

 private:
  std::map<Key, std::shared_ptr<const MatrixXd>> kept_;
  std::deque<Key> order_;
  std::size_t bytes_ = 0;
};

}  // namespace cohort
