#pragma once

#include <cohort/core/parameters.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/learning/state_visitor.hpp>
#include <cohort/network/recurrent_network.hpp>

#include <cstdint>

namespace cohort {

/// What carries output errors back to the units: B of the learning signal L_t = B e_t.
enum class FeedbackKind {
  aligned,   ///< drawn at random, then changed like the readout with weight decay λ (Kolen & Pollack 1994; Akrout et
             ///< al. 2019, arXiv:1904.05391): what sets it apart from W_outᵀ shrinks by 1 - λ with every update
             ///< (one per batch of trials, also for rules that update within them)
  file,      ///< given by the user and fixed: .npy, [n_units x n_outputs]
  random,    ///< drawn at random and fixed (Lillicrap et al. 2016, doi:10.1038/ncomms13276)
  sign,      ///< sign(W_outᵀ) · mean |W_out| (Liao, Leibo & Poggio 2016, arXiv:1510.05067)
  symmetric  ///< the readout's transpose, W_outᵀ
};

/// How random feedback is drawn.
enum class FeedbackDistribution {
  normal,  ///< N(0, 1) / √n_outputs (Murray 2019)
  uniform  ///< U(±1/√N), as the readout (Liu, Yang & Cueva 2025)
};

/// The feedback of a rule as its user chooses it.
struct FeedbackAxis {
  FeedbackKind kind = FeedbackKind::symmetric;
  FeedbackDistribution distribution = FeedbackDistribution::uniform;  ///< `random` and `aligned` only
  double alignment = 0;                                               ///< λ, `aligned` only
  std::string file{};                                                 ///< path, `file` only

  /// Appends the parameters `feedback`, `distribution`, `alignment` and `feedback_file` to a rule's description, with
  /// this axis as default.
  void describe(Description& description) const;

  /// Reads these parameters. Throws UserError when there is a file and no use for it, or the other way round.
  static FeedbackAxis from(const Parameters& parameters);
};

/// The feedback weights of one run.
template <class Scalar>
class ErrorFeedback {
 public:
  explicit ErrorFeedback(const FeedbackAxis& axis) : axis_(axis) {}

  /// Throws UserError when the user's weights are not those of a network of this size.
  void check(const Network<Scalar>& network) const;

  /// Draws what is random. Called once, with the weights from which training starts.
  void begin(const Network<Scalar>& network, RandomStream stream);

  /// B for the network's present readout after `update` updates, [n_units x n_outputs]; valid until the next call.
  const Matrix<Scalar>& weights(const RecurrentNetwork<Scalar>& network, std::uint64_t update);

  void visit_state(StateVisitor& visitor) { visitor.visit("drawn", drawn_); }

 private:
  FeedbackAxis axis_;
  Matrix<Scalar> drawn_;  ///< as drawn or given; for aligned feedback its difference from W_outᵀ at the start
  Matrix<Scalar> weights_;
};

}  // namespace cohort
