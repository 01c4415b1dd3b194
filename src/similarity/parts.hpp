#pragma once

#include <cohort/core/random_stream.hpp>
#include <cohort/similarity/representation.hpp>

#include <optional>
#include <vector>

namespace cohort {

/// Two random halves of the units; of an odd number one is left out.
struct Halves {
  std::vector<Index> first, second;
};
Halves halves_of(Index n_units, const RandomStream& stream);

/// Other values in place of those of `whole`, of the same conditions and precision; none when they cannot be compared.
std::optional<Representation> with_values(const Representation& whole, MatrixXd values);
/// Some of the units.
std::optional<Representation> with_units(const Representation& whole, const std::vector<Index>& units);
/// Its conditions in another order, some perhaps several times: condition c is what condition `from`[c] was.
std::optional<Representation> with_conditions(const Representation& whole, const std::vector<Index>& from);

}  // namespace cohort
