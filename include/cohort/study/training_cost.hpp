#pragma once

#include <cohort/study/design.hpp>

#include <cstddef>

namespace cohort {

/// What training takes, measured here and now (a few updates are made and thrown away): processor time, whoever else
/// uses the machine, and what the allocator handed out.
struct TrainingCost {
  double seconds_per_update = 0;
  std::size_t bytes = 0;  ///< held by everything that takes part in the training of one run
};

/// Takes a second or so for any rule and size: an update that would take longer is tried on fewer trials and steps and
/// scaled.
TrainingCost measured_cost(const Study& study, const Run& run);

/// What the allocator has handed out, bytes.
std::size_t heap_in_use();

/// Bytes of memory this machine has.
double machine_memory();

/// Bytes that training this run needs at the very least, by the number of its parameters; nothing is made for it.
double least_memory(const Study& study, const Run& run);

}  // namespace cohort
