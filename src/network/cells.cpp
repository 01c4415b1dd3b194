#include <cohort/network/cells.hpp>

#include <cohort/network/alif.hpp>
#include <cohort/network/ctrnn.hpp>
#include <cohort/network/gru.hpp>
#include <cohort/network/lif.hpp>
#include <cohort/network/lstm.hpp>
#include <cohort/network/rate.hpp>

namespace cohort {

template <class Scalar>
const Registry<Cell<Scalar>>& cells() {
  static const Registry<Cell<Scalar>> table("architecture", {
      registry_entry<RecurrentCell<Alif<Scalar>>, Cell<Scalar>>(),
      registry_entry<RecurrentCell<Ctrnn<Scalar>>, Cell<Scalar>>(),
      registry_entry<RecurrentCell<Gru<Scalar>>, Cell<Scalar>>(),
      registry_entry<RecurrentCell<Lif<Scalar>>, Cell<Scalar>>(),
      registry_entry<RecurrentCell<Lstm<Scalar>>, Cell<Scalar>>(),
      registry_entry<RecurrentCell<Rate<Scalar>>, Cell<Scalar>>(),
  });
  return table;
}

template const Registry<Cell<float>>& cells<float>();
template const Registry<Cell<double>>& cells<double>();

}  // namespace cohort
