#include <cohort/network/architectures.hpp>

namespace cohort {

// Apart from the entries: a program with architectures of its own defines this function and adds its lines to them.
template <class Scalar>
const ArchitectureRegistry<Scalar>& architectures() {
  static const ArchitectureRegistry<Scalar> table("architecture", architecture_entries<Scalar>());
  return table;
}

template const ArchitectureRegistry<float>& architectures<float>();
template const ArchitectureRegistry<double>& architectures<double>();

}  // namespace cohort
