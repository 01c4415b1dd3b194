#pragma once

#include <cohort/network/recurrent_network.hpp>

#include <string>

namespace cohort {

/// The gradient of the sum of all effective weights: how far each parameter reaches the drives. Zero where a constraint
/// keeps a parameter of the cell from having any effect; for a bias the factor that the cell puts before its drives.
template <class Scalar>
ParameterSet<Scalar> drive_reach(const RecurrentNetwork<Scalar>& network);

/// 1 for every parameter that has an effect, 0 for those that a constraint keeps from it, [n_parameters].
template <class Scalar>
Vector<Scalar> effective_parameters(const RecurrentNetwork<Scalar>& network);

/// Throws UserError unless every unit has one drive and one state variable that is no spike: rules that correlate the
/// voltage of units with their presynaptic rates.
template <class Scalar>
void check_one_drive(const RecurrentNetwork<Scalar>& network, const std::string& rule);

/// Throws UserError unless in addition every recurrent weight can be changed freely.
template <class Scalar>
void check_free_weights(const RecurrentNetwork<Scalar>& network, const std::string& rule);

}  // namespace cohort
