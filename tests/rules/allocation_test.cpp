#include <cohort/network/activation.hpp>

#include <support/cell_variants.hpp>
#include <support/networks.hpp>
#include <support/sanitizers.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>

// Counts every allocation of this program. Eigen and operator new both end in malloc.
namespace {
std::atomic<long> n_allocations = 0;
}  // namespace

#if defined(COHORT_ADDRESS_SANITIZER) || defined(COHORT_THREAD_SANITIZER)
// The sanitizer has its own malloc; GCC ships the function without its header.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, std::size_t),
                                                         void (*)(const volatile void*));
namespace {
[[maybe_unused]] const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { ++n_allocations; }, [](const volatile void*) {});
}  // namespace
#else
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void* malloc(std::size_t size) noexcept {
  ++n_allocations;
  return __libc_malloc(size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  ++n_allocations;
  return __libc_memalign(alignment, size);
}
}
#endif

namespace cohort::test {
namespace {

template <class Call>
long allocations_in(const Call& call) {
  const long before = n_allocations;
  call();
  return n_allocations - before;
}

/// Allocations of a forward and a backward pass of `n_steps` steps, after a first one that makes all room.
long allocations_of_an_update(const std::string& rule_name, const std::string& cell, Index n_steps) {
  const LossKind loss = LossKind::mean_squared_error;
  const auto network = random_network<float>(cell, 3, 2);
  const auto batch = random_batch<float>(loss, 3, 2, n_steps, 6);
  auto rule = learning_rules<float>().make(rule_name);
  rule->begin(*network, RandomStream("test", "", 1));
  ParameterSet<float> gradient(network->parameters().layout);
  Matrix<float> error;
  const auto update = [&] {
    const auto& activity = network->forward(batch.inputs, batch.n_trials);
    Objective<float>(loss).output_error(batch, activity.outputs, error);
    rule->add_gradient({*network, batch, activity, error, 0.1F}, gradient);
  };
  update();
  return allocations_in(update);
}

TEST(Allocation, the_counter_sees_matrices_and_vectors) {
  EXPECT_EQ(allocations_in([] {}), 0);
  EXPECT_GE(allocations_in([] {
              Matrix<float> matrix = Matrix<float>::Zero(30, 30);
              EXPECT_EQ(matrix(3), 0);
            }),
            1);
  EXPECT_GE(allocations_in([] {
              std::vector<double> values(100);
              EXPECT_EQ(values[7], 0);
            }),
            1);
}

void expect_no_allocation_per_step(const std::string& rule, const std::string& cell) {
  EXPECT_EQ(allocations_of_an_update(rule, cell, 500), allocations_of_an_update(rule, cell, 50)) << rule << " " << cell;
}

TEST(Allocation, the_time_loop_allocates_nothing) {
  for (const std::string rule : {"bptt", "eprop", "eprop/feedback=random", "tbptt/window=7"})
    for (const std::string& activation : activation_names())
      expect_no_allocation_per_step(rule, "ctrnn/units=37,activation=" + activation);
}

TEST(Allocation, the_time_loop_of_every_cell_allocates_nothing) {
  for (const std::string& name : cell_names())
    for (const std::string& variant : variants_of(name, 37))
      for (const std::string rule : {"bptt", "eprop"}) expect_no_allocation_per_step(rule, variant);
}

}  // namespace
}  // namespace cohort::test
