#include <cohort/core/matrix_product.hpp>
#include <cohort/core/random_stream.hpp>
#include <cohort/core/registry.hpp>

#include <cstdio>

namespace {

struct Greeting {
  virtual ~Greeting() = default;
  virtual double warmth() const = 0;
};

struct Hello final : Greeting {
  explicit Hello(const cohort::Parameters& parameters) : warmth_(parameters.number("warmth")) {}
  static cohort::Description description() {
    cohort::Description d;
    d.name = "hello";
    d.parameters = {cohort::ParameterInfo::number("warmth", 0.5, 0, 1, "1", "how warm")};
    return d;
  }
  double warmth() const override { return warmth_; }

 private:
  double warmth_;
};

}  // namespace

/// Uses what the installed libraries compiled: a table of variants, random numbers, and a matrix that the library
/// allocates and the client frees, which needs the same Eigen alignment on both sides.
int main() {
  const cohort::Registry<Greeting> greetings("greeting", {cohort::registry_entry<Hello, Greeting>()});
  if (greetings.make("hello/warmth=0.75")->warmth() != 0.75) return 1;

  cohort::RandomStream stream("client", "package test", 1);
  double sum = 0;
  for (int i = 0; i < 1000; ++i) sum += stream.uniform();
  if (sum < 450 || sum > 550) return 2;

  cohort::PackedMatrix<float> packed(3, 3);
  packed.pack(cohort::Matrix<float>(cohort::Matrix<float>::Identity(3, 3)), cohort::Vector<float>::Constant(1, 2));
  cohort::PaddedMatrix<float> in(3, 5), out(3, 5);
  in.matrix().setConstant(21);
  cohort::multiply(packed, in.column(0), in.stride(), in.cols(), out.column(0), out.stride(), cohort::Write::replace);
  if ((out.matrix().array() != 42).any()) return 3;

  std::puts("cohort client: ok");
  return 0;
}
