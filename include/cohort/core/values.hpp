#pragma once

#include <cohort/core/matrix.hpp>
#include <cohort/core/random_stream.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cohort {

/// One number per unit, as a user writes it: a number (`10`), a list that is dealt to the units in turn (`[5, 10,
/// 20]`), or a distribution: `uniform(low, high)`, `normal(mean, sd)`, `lognormal(median, sigma)`.
class Values {
 public:
  /// Throws UserError (the reason alone: whoever knows the parameter adds its name) when `text` is none of these, or
  /// when a number it names (for the distributions: any value drawn from uniform, the centre of the others) lies
  /// outside [low, high].
  Values(std::string_view text, double low, double high);

  /// The same in shortest form: equal meaning, equal text.
  std::string canonical() const;

  bool is_list() const { return kind_ == Kind::list; }

  /// The numbers of a list; one for a number. Requires is_list().
  const std::vector<double>& list() const;

  bool is_number() const { return kind_ == Kind::list && numbers_.size() == 1; }

  /// One value per unit. What a distribution gives beyond the limits is set to the nearer of them.
  VectorXd draw(RandomStream stream, Index n_units) const;

 private:
  enum class Kind { list, uniform, normal, lognormal };

  Kind kind_ = Kind::list;
  std::vector<double> numbers_;
  double low_, high_;
};

}  // namespace cohort
