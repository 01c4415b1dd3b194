#include <cohort/network/layer_activation.hpp>

#include <cohort/core/errors.hpp>

#include <map>
#include <string>

namespace cohort {
namespace {

using Kind = LayerActivation::Kind;

const std::map<std::string, Kind>& kinds() {
  static const std::map<std::string, Kind> result{
      {"leaky_relu", Kind::leaky_relu}, {"linear", Kind::linear},     {"relu", Kind::relu},
      {"sigmoid", Kind::sigmoid},       {"softplus", Kind::softplus}, {"tanh", Kind::tanh}};
  return result;
}

}  // namespace

std::vector<ParameterInfo> LayerActivation::parameters(const std::string& fallback) {
  std::vector<std::string> names;
  for (const auto& [name, kind] : kinds()) names.push_back(name);
  return {ParameterInfo::choice("activation", fallback, names, "f of the hidden layers"),
          ParameterInfo::number("beta", 1, 1e-3, 1e3, "1", "steepness of softplus, log(1 + exp(βz)) / β"),
          ParameterInfo::number("slope", 0.1, 0, 1, "1", "of leaky_relu for z < 0")};
}

LayerActivation::LayerActivation(const Parameters& parameters)
    : kind_(kinds().at(parameters.text("activation"))),
      beta_(parameters.number("beta")),
      slope_(parameters.number("slope")) {}

template <class Scalar>
void LayerActivation::apply(Matrix<Scalar>& drive) const {
  auto z = drive.array();
  const auto beta = static_cast<Scalar>(beta_), slope = static_cast<Scalar>(slope_);
  switch (kind_) {
    case Kind::leaky_relu:
      z = z.max(slope * z);
      return;
    case Kind::linear:
      return;
    case Kind::relu:
      z = z.max(0);
      return;
    case Kind::sigmoid:
      z = z.logistic();
      return;
    case Kind::softplus:  // without overflow
      z = z.max(0) + (-beta * z.abs()).exp().log1p() / beta;
      return;
    case Kind::tanh:
      z = z.tanh();
      return;
  }
}

template <class Scalar>
void LayerActivation::slope(const Matrix<Scalar>& activity, Matrix<Scalar>& result) const {
  const auto h = activity.array();
  const auto beta = static_cast<Scalar>(beta_), slope = static_cast<Scalar>(slope_);
  switch (kind_) {
    case Kind::leaky_relu:
      result = (h >= 0).select(Matrix<Scalar>::Ones(h.rows(), h.cols()).array(), slope);
      return;
    case Kind::linear:
      result.setOnes(h.rows(), h.cols());
      return;
    case Kind::relu:
      result = h.ceil().min(1);  // h >= 0
      return;
    case Kind::sigmoid:
      result = h - h * h;
      return;
    case Kind::softplus:
      result = -(-beta * h).expm1();
      return;
    case Kind::tanh:
      result = 1 - h * h;
      return;
  }
}

template <class Scalar>
void LayerActivation::invert(const Matrix<Scalar>& activity, Matrix<Scalar>& result) const {
  const auto h = activity.array();
  const auto beta = static_cast<Scalar>(beta_), slope = static_cast<Scalar>(slope_);
  switch (kind_) {
    case Kind::leaky_relu:
      result = (h >= 0).select(h, h / slope);
      return;
    case Kind::linear:
      result = activity;
      return;
    case Kind::relu:
      throw UserError("relu has no inverse", "what is below zero is lost",
                      "Use activation=leaky_relu, tanh, sigmoid or softplus.");
    case Kind::sigmoid:
      result = (h / (1 - h)).log();
      return;
    case Kind::softplus:
      result = h + (-(-beta * h).exp()).log1p() / beta;
      return;
    case Kind::tanh:
      result = ((1 + h) / (1 - h)).log() / 2;
      return;
  }
}

template void LayerActivation::apply(Matrix<float>&) const;
template void LayerActivation::apply(Matrix<double>&) const;
template void LayerActivation::slope(const Matrix<float>&, Matrix<float>&) const;
template void LayerActivation::slope(const Matrix<double>&, Matrix<double>&) const;
template void LayerActivation::invert(const Matrix<float>&, Matrix<float>&) const;
template void LayerActivation::invert(const Matrix<double>&, Matrix<double>&) const;

}  // namespace cohort
