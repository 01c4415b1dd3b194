#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>

#include <memory>

namespace cohort {

/// How recurrent weights start. Drawn in double precision, so float and double networks start alike.
class Initialization {
 public:
  virtual ~Initialization() = default;

  /// Fills a square recurrent weight matrix, [n_units x n_units].
  virtual void fill(RandomStream& stream, Eigen::Ref<MatrixXd> weights) const = 0;

  /// The same once more, for networks that draw weights again and again.
  virtual std::unique_ptr<Initialization> copy() const = 0;

  /// The spectral radius to which the effective weights (after masks, signs and rank) are scaled; 0: as drawn.
  double radius() const { return radius_; }
  void scale_to(double radius) { radius_ = radius; }

 private:
  double radius_ = 0;
};

/// Independent entries from N(0, deviation²), column by column.
void draw_normal(RandomStream& stream, double deviation, Eigen::Ref<MatrixXd> weights);

/// Independent entries from U(-limit, limit), column by column.
void draw_uniform(RandomStream& stream, double limit, Eigen::Ref<MatrixXd> weights);

}  // namespace cohort
