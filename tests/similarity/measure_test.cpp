#include <cohort/core/errors.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/similarity/noise_ceiling.hpp>

#include <support/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cohort::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// How badly the mean of a, fitted on some conditions, tells b on the others, on samples drawn at random: directed,
/// random, over folds, with an interval over the folds. Everything the interface allows.
class Toy final : public Measure {
 public:
  struct Prepared final : PreparedRepresentation {
    MatrixXd values;
  };

  const MeasureTraits& traits() const override { return traits_; }
  std::unique_ptr<PreparedRepresentation> prepare(const Representation& representation) const override {
    auto prepared = std::make_unique<Prepared>();
    prepared->values = representation.values();
    return prepared;
  }
  MeasureValue compare(const PreparedRepresentation& a, const PreparedRepresentation& b,
                       const MeasureContext& context) const override {
    expects(context.folds != nullptr, "folds over conditions");
    const MatrixXd &x = dynamic_cast<const Prepared&>(a).values, &y = dynamic_cast<const Prepared&>(b).values;
    RandomStream stream = context.stream;
    MeasureValue result;
    result.interval = {1e300, -1e300};
    for (Index fold = 0; fold < context.folds->n_folds(); ++fold) {
      ask(context.stop);
      const auto train = context.folds->train(fold), test = context.folds->test(fold);
      const double mean = x(train, Eigen::all).mean();
      const double error = std::abs(y(test[stream.integer(test.size())], 0) - mean);
      result.value += error / static_cast<double>(context.folds->n_folds());
      result.interval = {std::min(result.interval->low, error), std::max(result.interval->high, error)};
    }
    return result;
  }
  double normalized(double value) const override { return value; }
  double comparison_flops(Index n_samples, Index, Index) const override { return static_cast<double>(n_samples); }
  std::size_t prepared_bytes(Index n_samples, Index n_units) const override {
    return static_cast<std::size_t>(n_samples * n_units) * sizeof(double);
  }

 private:
  MeasureTraits traits_{false, false, 0, 1e300, "1", true, true};
};

class ToyMeasure : public testing::Test {
 protected:
  MeasureValue compare(const Representation& x, const Representation& y, std::uint64_t seed = 1) const {
    MeasureContext context;
    context.folds = &folds_;
    context.stream = RandomStream("test", "pair", seed);
    return toy_.compare(*toy_.prepare(x), *toy_.prepare(y), context);
  }

  static Representation random(std::uint64_t seed) {
    RandomStream stream("test", "representation", seed);
    return Representation(MatrixXd::NullaryExpr(12, 3, [&] { return stream.normal(); }), 4);
  }

  Toy toy_;
  ConditionFolds folds_{4, 3};
};

TEST_F(ToyMeasure, is_directed_and_has_an_interval) {
  const MeasureValue there = compare(random(1), random(2)), back = compare(random(2), random(1));
  EXPECT_NE(there.value, back.value);
  ASSERT_TRUE(there.interval);
  EXPECT_LE(there.interval->low, there.value);
  EXPECT_GE(there.interval->high, there.value);
}

TEST_F(ToyMeasure, depends_on_its_stream_and_on_nothing_else) {
  EXPECT_EQ(compare(random(1), random(2)).value, compare(random(1), random(2)).value);
  EXPECT_NE(compare(random(1), random(2)).value, compare(random(1), random(2), 2).value);
}

TEST_F(ToyMeasure, can_be_stopped) {
  MeasureContext context;
  context.folds = &folds_;
  context.stop = [] { throw StopRequest(); };
  EXPECT_THROW(toy_.compare(*toy_.prepare(random(1)), *toy_.prepare(random(2)), context), StopRequest);
}

TEST_F(ToyMeasure, leaves_each_condition_out_where_no_folds_are_given) {
  MeasureContext context;
  context.stream = RandomStream("test", "pair", 1);
  EXPECT_EQ(distance(toy_, random(1), random(2), context), compare(random(1), random(2)).value);
  const ConditionFolds halves(4, 3, 2);
  context.folds = &halves;
  EXPECT_NE(distance(toy_, random(1), random(2), context), compare(random(1), random(2)).value);
}

TEST_F(ToyMeasure, refuses_representations_whose_conditions_differ_or_are_unknown) {
  const Representation known = random(1), unknown(known.values()), single(known.values(), 1), other(known.values(), 6);
  for (const Representation& b : {unknown, single, other})
    EXPECT_THAT(user_error([&] { distance(toy_, known, b); }), HasSubstr("it leaves conditions out in turn"));
  EXPECT_THAT(user_error([&] { distance(toy_, single, single); }), HasSubstr("they have 1 and 1"));
}

TEST_F(ToyMeasure, is_refused_for_a_task_of_one_condition) {
  EXPECT_THAT(
      user_error([&] { check_conditions(toy_.traits(), "toy/a=1", 1); }),
      HasSubstr("measure 'toy/a=1' needs several conditions (it fits on some and scores on others; there is 1)"));
  EXPECT_EQ(user_error([&] { check_conditions(toy_.traits(), "toy", 2); }), "no error");
  EXPECT_EQ(user_error([&] { check_conditions(measures().make("procrustes")->traits(), "procrustes", 1); }),
            "no error");
}

TEST_F(ToyMeasure, draws_other_numbers_in_every_resample_of_a_noise_ceiling) {
  // Two equal units: whichever half comes first, only what the measure draws can differ.
  const Representation recording(random(1).values().leftCols(1).replicate(1, 2), 4);
  const RandomStream stream("ceiling", "toy", 1);
  const NoiseCeiling ceiling = split_half_ceiling(toy_, recording, 10, stream);
  EXPECT_GT(ceiling.standard_deviation, 0.01 * ceiling.mean);  // ten equal numbers leave a rounding error
  EXPECT_EQ(ceiling.mean, split_half_ceiling(toy_, recording, 10, stream).mean);
}

TEST(ConditionFolds, leave_whole_conditions_out_and_every_sample_once) {
  const ConditionFolds folds(5, 2, 2);
  EXPECT_THAT(folds.test(0), ElementsAre(0, 1, 4, 5, 8, 9));
  EXPECT_THAT(folds.train(0), ElementsAre(2, 3, 6, 7));
  EXPECT_THAT(folds.test(1), ElementsAre(2, 3, 6, 7));
  EXPECT_EQ(ConditionFolds(5, 2).n_folds(), 5);
  EXPECT_THROW(ConditionFolds(1, 2), InternalError);
  EXPECT_THROW(ConditionFolds(3, 2, 4), InternalError);
}

TEST(MeasureTraits, of_every_measure_fit_what_it_computes) {
  RandomStream stream("test", "pairs", 1);
  const auto random = [&](Index n_units) {
    return Representation(MatrixXd::NullaryExpr(20, n_units, [&] { return stream.normal(); }), 4);
  };
  for (const Description& description : measures().catalogue().descriptions()) {
    const auto measure = measures().make(description.name);
    const MeasureTraits& traits = measure->traits();
    EXPECT_FALSE(traits.units.empty());
    EXPECT_FALSE(traits.formula.empty());
    EXPECT_THAT(traits.normalization, HasSubstr("value"));
    EXPECT_GT(measure->comparison_flops(20, 3, 3), 0);
    EXPECT_GT(measure->prepared_bytes(20, 6), measure->prepared_bytes(20, 3));
    const ConditionFolds folds(4, 5);
    MeasureContext context;
    context.folds = &folds;
    for (int i = 0; i < 20; ++i) {
      const auto a = measure->prepare(random(3)), b = measure->prepare(random(4)), c = measure->prepare(random(5));
      const double ab = measure->compare(*a, *b, context).value, ba = measure->compare(*b, *a, context).value;
      EXPECT_GE(ab, traits.low);
      EXPECT_LE(ab, traits.high);
      if (traits.is_symmetric) {
        EXPECT_EQ(ab, ba);
      }
      if (traits.is_metric) {
        EXPECT_LE(ab, measure->compare(*a, *c, context).value + measure->compare(*c, *b, context).value + 1e-12);
      }
    }
  }
}

}  // namespace
}  // namespace cohort::test
