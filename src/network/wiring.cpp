#include <cohort/network/wiring.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <cmath>

namespace cohort {

template <class Scalar>
void Wiring<Scalar>::describe(Description& description, bool has_one_matrix) {
  auto& p = description.parameters;
  p.push_back(ParameterInfo::number("sparsity", 1, 1e-6, 1, "1", "probability of each recurrent connection"));
  p.push_back(ParameterInfo::flag("self_connections", true, "does a unit connect to itself?"));
  if (has_one_matrix) {
    p.push_back(
        ParameterInfo::flag("dale", false, "each unit excites or inhibits: W = |W| · sign, no self-connections"));
    p.push_back(ParameterInfo::number("excitatory", 0.8, 0, 1, "1", "share of excitatory units, for dale"));
    p.push_back(ParameterInfo::integer("rank", 0, 0, 100000, "1", "rank r of W = U Vᵀ; 0 for a full matrix"));
  }
  p.push_back(ParameterInfo::number("input_fraction", 1, 0, 1, "1", "share of units, the first, that inputs reach"));
  p.push_back(
      ParameterInfo::number("readout_fraction", 1, 0, 1, "1", "share of units, the last, that the readout sees"));
}

template <class Scalar>
Wiring<Scalar>::Wiring(const Parameters& parameters, Index n_units, std::vector<std::string> recurrent)
    : n_units_(n_units),
      names_(std::move(recurrent)),
      probability_(parameters.number("sparsity")),
      self_connections_(parameters.flag("self_connections")) {
  const auto share = [&](const char* name) {
    return static_cast<Index>(std::lround(parameters.number(name) * static_cast<double>(n_units_)));
  };
  n_input_units_ = share("input_fraction");
  first_readout_unit_ = n_units_ - share("readout_fraction");
  if (names_.size() != 1) return;
  has_dale_ = parameters.flag("dale");
  rank_ = parameters.integer("rank");
  if (rank_ > n_units_)
    throw UserError(fmt::format("rank={} is more than the units={} of {}", rank_, n_units_, parameters.name()));
  if (rank_ > 0 && (has_dale_ || probability_ < 1 || !self_connections_))
    throw UserError(
        fmt::format("rank={} of {} excludes dale, sparsity and self_connections=false", rank_, parameters.name()),
        "a mask or a sign would change the rank", "Leave out one of them.");
  if (!has_dale_) return;
  n_excitatory_ = share("excitatory");
  signs_ = Vector<Scalar>::Constant(n_units_, -1);
  signs_.head(n_excitatory_).setOnes();
  self_connections_ = false;
}

template <class Scalar>
void Wiring<Scalar>::add_parameters(std::size_t which, ParameterLayout& layout) const {
  if (rank_ == 0) {
    layout.add(names_[which], ParameterRole::recurrent, n_units_, n_units_);
  } else {
    layout.add("U", ParameterRole::recurrent_left, n_units_, rank_);
    layout.add("V", ParameterRole::recurrent_right, n_units_, rank_);
  }
}

template <class Scalar>
void Wiring<Scalar>::wire(const RandomStream& stream) {
  masks_.clear();
  if (!has_masks()) return;
  for (std::size_t which = 0; which < names_.size(); ++which) {
    RandomStream own = stream.substream(which);
    Matrix<Scalar> mask(n_units_, n_units_);
    for (Index i = 0; i < mask.size(); ++i) mask(i) = own.uniform() < probability_;
    if (!self_connections_) mask.diagonal().setZero();
    masks_.push_back(std::move(mask));
  }
}

template <class Scalar>
std::vector<ConstantShape> Wiring<Scalar>::constant_shapes() const {
  std::vector<ConstantShape> shapes;
  if (has_masks())
    for (const std::string& name : names_)
      shapes.push_back({"mask_" + name, "1 where a connection of " + name + " exists", n_units_, n_units_});
  if (has_dale_) shapes.push_back({"sign", "of what a unit sends: W is |W| ∘ mask_W · sign", n_units_, 1});
  return shapes;
}

template <class Scalar>
NetworkConstants<Scalar> Wiring<Scalar>::constants() const {
  NetworkConstants<Scalar> result;
  for (const ConstantShape& shape : constant_shapes()) {
    const std::size_t which = result.size();
    result.push_back({shape.name, shape.meaning, which < masks_.size() ? masks_[which] : Matrix<Scalar>(signs_)});
  }
  return result;
}

template <class Scalar>
void Wiring<Scalar>::constrain(ParameterSet<Scalar>& parameters) const {
  for (std::size_t which = 0; which < masks_.size(); ++which) {
    auto weights = parameters.block(names_[which]);
    weights.array() *= masks_[which].array() / static_cast<Scalar>(std::sqrt(probability_));
  }
  if (!has_dale_) return;
  auto weights = parameters.block(names_[0]);
  weights = weights.cwiseAbs().eval();
  const Index n_inhibitory = n_units_ - n_excitatory_;
  if (n_inhibitory > 0 && n_excitatory_ > 0)
    weights.leftCols(n_excitatory_) *= static_cast<Scalar>(n_inhibitory) / static_cast<Scalar>(n_excitatory_);
}

template <class Scalar>
typename Wiring<Scalar>::ConstMatrix Wiring<Scalar>::effective(const ParameterSet<Scalar>& parameters,
                                                               std::size_t which) const {
  if (rank_ > 0) {
    effective_.noalias() = parameters.block("U") * parameters.block("V").transpose();
    return effective_;
  }
  if (masks_.empty()) return parameters.block(names_[which]);
  effective_ = parameters.block(names_[which]).cwiseProduct(masks_[which]);
  if (has_dale_) effective_ = effective_.cwiseAbs() * signs_.asDiagonal();
  return effective_;
}

template <class Scalar>
void Wiring<Scalar>::add_gradient(const ParameterSet<Scalar>& parameters, std::size_t which,
                                  const ConstMatrix& effective_gradient, ParameterSet<Scalar>& gradient) const {
  if (rank_ > 0) {
    gradient.block("U").noalias() += effective_gradient * parameters.block("V");
    gradient.block("V").noalias() += effective_gradient.transpose() * parameters.block("U");
    return;
  }
  auto result = gradient.block(names_[which]);
  if (masks_.empty()) {
    result += effective_gradient;
  } else if (has_dale_) {
    const auto weights = parameters.block(names_[which]);
    result.array() +=
        (effective_gradient * signs_.asDiagonal()).array() * weights.array().sign() * masks_[which].array();
  } else {
    result += effective_gradient.cwiseProduct(masks_[which]);
  }
}

template <class Scalar>
void Wiring<Scalar>::scale(std::size_t which, double factor, ParameterSet<Scalar>& parameters) const {
  if (rank_ == 0) {
    parameters.block(names_[which]) *= static_cast<Scalar>(factor);
  } else {
    const auto root = static_cast<Scalar>(std::sqrt(factor));
    parameters.block("U") *= root;
    parameters.block("V") *= root;
  }
}

template class Wiring<float>;
template class Wiring<double>;

}  // namespace cohort
