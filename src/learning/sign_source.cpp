#include <cohort/learning/sign_source.hpp>

namespace cohort {

template <class Scalar>
void RandomSigns<Scalar>::fill(const StepKey& key, Vector<Scalar>& signs) {
  RandomStream own = stream_.substream(key.update)
                         .substream(static_cast<std::uint64_t>(key.trial))
                         .substream(static_cast<std::uint64_t>(key.step));
  std::uint64_t bits = 0;
  for (Index i = 0; i < signs.size(); ++i) {
    if (i % 64 == 0) bits = own.bits();
    signs[i] = (bits >> (i % 64) & 1) != 0 ? Scalar{1} : Scalar{-1};
  }
}

template class RandomSigns<float>;
template class RandomSigns<double>;

}  // namespace cohort
