#pragma once

#include <cohort/similarity/effects.hpp>

#include "synchronized_test.hpp"

#include <vector>

namespace cohort {

/// Puts p-values, their floors and what they are of into the main effects of `table`, or why there is none.
/// `synchronized` [factor] has seen all rows; it is empty unless the design is balanced.
void put_tests(const SquaredDistances& distances, const FactorialLabels& labels, const EffectOptions& options,
               const std::vector<SynchronizedTest>& synchronized, EffectTable& table);

}  // namespace cohort
