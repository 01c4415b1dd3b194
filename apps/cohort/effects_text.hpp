#pragma once

#include <cohort/similarity/effect_table.hpp>
#include <cohort/similarity/factorial_labels.hpp>

#include <string>

namespace cohort::app {

/// Tables of effects as people read them, with the reasons for what is missing.
std::string text_of(const EffectTable& table, const FactorialLabels& labels);
std::string text_of(const ResponseTable& table, const FactorialLabels& labels);

}  // namespace cohort::app
