#pragma once

#include <cohort/analysis/finished_runs.hpp>
#include <cohort/analysis/item_values.hpp>
#include <cohort/core/stop_request.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

/// What is computed from finished runs: distances, ceilings, fixed points. Cut into items that any rank can compute
/// alone. An analysis knows no rank and no MPI; it is made from the study, the same on every rank, and never changes.
///
/// Beside its values it has a dataset (or several) of 64-bit numbers that say from what they were computed: hashes of
/// payloads, options and versions, 0 for nothing. An item whose stored numbers are not what made_from() says now is
/// computed again, an unchanged one is kept, and when the study grows the numbers move with the values.
class Analysis {
 public:
  virtual ~Analysis() = default;

  /// "similarity/procrustes": what progress, status and messages call it.
  virtual const std::string& name() const = 0;

  /// Everything it writes, the made_from datasets too; every dataset names its DatasetInfo::made_from.
  virtual Schema datasets() const = 0;

  virtual std::size_t n_items() const = 0;
  /// What messages call an item: "runs 0..15 x 16..31 at final".
  virtual std::string item_name(std::size_t item) const = 0;
  /// What is known before anything is computed to have no value, and why: one line each.
  virtual std::vector<std::string> warnings() const { return {}; }

  /// Expected cost of an item, in floating-point operations.
  virtual double cost(std::size_t item) const = 0;
  /// Whether an item tried before the training takes as long as it will take afterwards.
  virtual bool can_be_tried() const { return true; }

  /// Where the item's values are written. No two items share a place. The first dimensions of a dataset are all those
  /// of its made_from, and its blocks lie where blocks of made_from do.
  virtual std::vector<BlockPlace> places(std::size_t item) const = 0;
  /// Where its numbers are, blocks of u64.
  virtual std::vector<BlockPlace> made_from_places(std::size_t item) const = 0;
  /// What these numbers should be, all blocks one behind the other.
  virtual std::vector<std::uint64_t> made_from(std::size_t item, const FinishedRuns& runs) const = 0;

  /// Computes an item on any rank, asking `stop` between its own iterations. `values` holds what the file has now, at
  /// places(item); `stale`, one per number of made_from, says which of it no longer holds and must be computed or
  /// reset. What this throws becomes the item's recorded message.
  virtual void compute(std::size_t item, const FinishedRuns& runs, const std::vector<bool>& stale,
                       const StopCheck& stop, ItemValues& values) const = 0;
};

/// A made_from dataset at `path` along `dimensions`.
DatasetInfo made_from_dataset(std::string path, std::vector<std::string> dimensions);

/// A dimension with a text coordinate per index.
Dimension labelled(std::string name, std::vector<std::string> labels, std::string long_name);

}  // namespace cohort
