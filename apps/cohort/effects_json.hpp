#pragma once

#include <cohort/similarity/effect_table.hpp>
#include <cohort/similarity/factorial_labels.hpp>

#include <nlohmann/json_fwd.hpp>

namespace cohort::app {

/// Tables of effects with every digit; null is undefined, beside the reason.
nlohmann::json json_of(const EffectTable& table, const FactorialLabels& labels);
nlohmann::json json_of(const ResponseTable& table, const FactorialLabels& labels);

}  // namespace cohort::app
