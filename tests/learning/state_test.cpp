#include <cohort/core/errors.hpp>
#include <cohort/learning/error_baseline.hpp>
#include <cohort/learning/state_reader.hpp>
#include <cohort/learning/state_writer.hpp>

#include <gmock/gmock.h>

namespace cohort::test {
namespace {

using testing::HasSubstr;

/// One value of every kind.
struct Everything {
  double number = -0.0;
  std::int64_t integer = -5;
  std::uint64_t natural = 1ULL << 63;
  std::string text{"a\0b", 3};
  std::vector<std::int64_t> integers{3, -1};
  std::vector<float> numbers{1.5F, std::numeric_limits<float>::quiet_NaN()};
  Vector<float> vector32 = Vector<float>::LinSpaced(3, 1, 3);
  Vector<double> vector64 = Vector<double>::LinSpaced(2, 1, 3);
  Matrix<float> matrix32 = Matrix<float>::Constant(2, 3, 0.1F);
  Matrix<double> matrix64 = Matrix<double>::Identity(3, 2);

  void visit_state(StateVisitor& visitor) {
    visitor.visit("number", number);
    visitor.visit("integer", integer);
    visitor.visit("natural", natural);
    visitor.visit("text", text);
    visitor.visit("integers", integers);
    visitor.visit("numbers", numbers);
    visitor.visit("vector32", vector32);
    visitor.visit("vector64", vector64);
    visitor.visit("matrix32", matrix32);
    visitor.visit("matrix64", matrix64);
  }
};

TEST(State, comes_back_bit_for_bit) {
  Everything original;
  const std::string bytes = state_bytes(original);
  Everything copy{0, 0, 0, "", {}, {}, {}, {}, {}, {}};
  restore_state(bytes, copy);
  EXPECT_EQ(state_bytes(copy), bytes) << "also -0 and NaN";
  EXPECT_EQ(copy.text, original.text);
  EXPECT_EQ(copy.matrix64, original.matrix64);
  EXPECT_EQ(copy.integers, original.integers);
}

/// An object with one piece of state.
template <class Value>
struct Named {
  std::string name;
  Value value;
  void visit_state(StateVisitor& visitor) { visitor.visit(name, value); }
};

TEST(State, is_the_same_bytes_on_every_machine) {
  Named<std::int64_t> one{"n", 0x0102};
  const std::string expected(
      "cohort state 1\n"
      "\x01\0\0\0\0\0\0\0"
      "\x01\0\0\0\0\0\0\0"
      "n"
      "\x01\0\0\0\0\0\0\0"
      "\x01\0\0\0\0\0\0\0"
      "\x02\x01\0\0\0\0\0\0",
      15 + 16 + 1 + 16 + 8);
  EXPECT_EQ(state_bytes(one), expected);
}

template <class From, class To>
std::string complaint(Named<From> from, Named<To> to) {
  try {
    restore_state(state_bytes(from), to);
  } catch (const RunError& error) {
    return error.what();
  }
  return "";
}

TEST(State, names_kinds_and_shapes_are_checked) {
  EXPECT_EQ((complaint<double, double>({"x", 1}, {"x", 2})), "");
  EXPECT_THAT((complaint<double, double>({"x", 1}, {"y", 2})),
              HasSubstr("has 'x' (number) where 'y' (number) is expected"));
  EXPECT_THAT((complaint<double, std::int64_t>({"x", 1}, {"x", 2})), HasSubstr("'x' (integer) is expected"));
  EXPECT_THAT((complaint<MatrixXd, MatrixXd>({"W", MatrixXd::Zero(2, 3)}, {"W", MatrixXd::Zero(3, 2)})),
              HasSubstr("'W' of the saved state is 2 x 3, not 3 x 2"));
  EXPECT_EQ((complaint<MatrixXd, MatrixXd>({"W", MatrixXd::Zero(2, 3)}, {"W", {}})), "") << "an empty one takes it";
  EXPECT_THAT((complaint<MatrixXd, MatrixXd>({"W", {}}, {"W", MatrixXd::Zero(3, 2)})), HasSubstr("0 x 0, not 3 x 2"));
}

TEST(State, bytes_that_are_cut_or_more_are_refused) {
  Everything object;
  const std::string bytes = state_bytes(object);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Everything copy;
    EXPECT_THROW(restore_state(std::string_view(bytes).substr(0, size), copy), RunError) << size;
  }
  EXPECT_THROW(restore_state(bytes + "x", object), RunError);
  std::string huge = bytes;
  huge[15 + 8 + 8 + 6] = '\xff';  // the number of rows of the first value
  EXPECT_THROW(restore_state(huge, object), RunError);
}

TEST(State, parts_have_names_of_their_own) {
  struct Whole {
    Named<double> first{"x", 1}, second{"x", 2};
    void visit_state(StateVisitor& visitor) {
      visitor.visit_part("first", first);
      visitor.visit_part("second", second);
    }
  } whole;
  EXPECT_THAT(state_bytes(whole), HasSubstr("first/x"));
  EXPECT_THAT(state_bytes(whole), HasSubstr("second/x"));
}

TEST(ErrorBaseline, is_restored_with_its_conditions) {
  ErrorBaseline baseline(0.5), other(0.5);
  baseline.add(7, 4);
  baseline.add(2, 1);
  restore_state(state_bytes(baseline), other);
  EXPECT_EQ(other.mean(7), 2);
  EXPECT_EQ(other.mean(2), 0.5);
  EXPECT_EQ(other.mean(3), 0);
  EXPECT_EQ(baseline.mean(7), 2) << "saving changes nothing";
}

}  // namespace
}  // namespace cohort::test
