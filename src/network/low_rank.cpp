#include <cohort/network/low_rank.hpp>

#include "rank_factors.hpp"

#include <cohort/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cohort {

Description LowRank::description() {
  Description d;
  d.name = "low_rank";
  d.summary = "normal weights cut to few singular values, at the same Frobenius norm";
  d.equation = "G ~ gain · N(0, 1/N) = U S Vᵀ; W = U_r S_r V_rᵀ · ‖G‖/‖S_r‖";
  d.reference = "Liu et al. 2023, arXiv:2310.08513";
  d.parameters = {ParameterInfo::integer("rank", 1, 1, 100000, "1", "rank r of W, at most N"),
                  ParameterInfo::number("gain", 1.5, 0, 1e6, "1", "spectral radius for large N and rank N")};
  return d;
}

void LowRank::fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const {
  const Index n = std::min(weights.rows(), weights.cols());
  if (rank_ > n)
    throw UserError(fmt::format("rank={} is not possible for low_rank", rank_),
                    fmt::format("the network has {} units", n), fmt::format("Choose a rank of at most {}.", n));
  draw_normal(stream, 1 / std::sqrt(static_cast<double>(weights.cols())), weights);
  const RankFactors factors = rank_factors(weights, rank_);
  weights.noalias() = gain_ * factors.u * factors.v.transpose();
}

}  // namespace cohort
