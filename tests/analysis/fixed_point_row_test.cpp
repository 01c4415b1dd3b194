#include <cohort/analysis/fixed_point_row.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cohort::test {
namespace {

constexpr std::size_t kContexts = 2, kPoints = 2, kStates = 3, kStarts = 4;

class FixedPointRowTest : public testing::Test {
 protected:
  template <class Value>
  std::span<Value> of(const std::string& name) {
    const auto& places = values_.places();
    const auto found = std::ranges::find(places, "/dynamics/" + name, &BlockPlace::dataset);
    return values_.block<Value>(static_cast<std::size_t>(found - places.begin()));
  }

  static FixedPoint point(const MatrixXd& jacobian, int n_starts) {
    return {VectorXd::Ones(jacobian.rows()), 1e-25, n_starts, 0, stability_of(jacobian)};
  }

  static MatrixXd diagonal(double a, double b, double c) { return Eigen::Vector3d(a, b, c).asDiagonal(); }

  FixedPointRoom room_{kContexts, kPoints, kStates, kStarts, 0, 0, true};
  ItemValues values_ = fixed_point_values(room_);
  FixedPointRow row_{values_, room_, 10, 500};
};

TEST_F(FixedPointRowTest, a_search_that_never_converges_says_so_and_has_no_modes) {
  FixedPoints nothing;
  nothing.starts.resize(kStarts);
  row_.put(0, nothing);
  row_.put_totals();
  EXPECT_EQ(of<std::uint8_t>("search")[0], 3) << "nothing_found";
  EXPECT_EQ(of<std::uint8_t>("search")[1], 0) << "nothing was looked for in the other context";
  for (std::size_t start = 0; start < kStarts; ++start) EXPECT_EQ(of<std::uint8_t>("start_status")[start], 0);
  EXPECT_EQ(of<std::int32_t>("n_fixed_points")[0], 0);
  EXPECT_EQ(of<std::int32_t>("n_fixed_points")[1], -1);
  EXPECT_TRUE(std::isnan(of<double>("unseen_share")[0]));
  EXPECT_EQ(of<double>("point_count")[0], 0);
  EXPECT_TRUE(std::isnan(of<double>("slow_dimension")[0]));
  EXPECT_TRUE(std::isnan(of<double>("log_time_constant")[0]));
}

TEST_F(FixedPointRowTest, a_search_of_which_some_starts_got_lost_says_so) {
  FixedPoints found;
  found.points.push_back(point(diagonal(0.5, 0.2, 0.1), 3));
  found.starts.resize(kStarts);
  for (std::size_t start = 1; start < kStarts; ++start) found.starts[start] = {StartStatus::converged, 1e-25, 0, 1, -1};
  row_.put(0, found);
  EXPECT_EQ(of<std::uint8_t>("search")[0], 2) << "some_converged";
  found.starts[0].status = StartStatus::cycle;
  row_.put(1, found);
  EXPECT_EQ(of<std::uint8_t>("search")[1], 1) << "all_converged";
}

TEST_F(FixedPointRowTest, marginal_spectra_are_named_and_their_time_constant_has_a_bound) {
  FixedPoints found;
  found.points.push_back(point(diagonal(1, 0.5, 0.1), 3));
  found.points.push_back(point(diagonal(1.5, 1, 0.1), 1));
  row_.put(0, found);
  row_.put_totals();
  EXPECT_EQ(of<std::uint8_t>("stability")[0], 3) << "marginal";
  EXPECT_EQ(of<std::uint8_t>("stability")[1], 2) << "unstable is what an unstable direction makes it";
  EXPECT_EQ(of<std::int32_t>("n_marginal")[0], 1);
  EXPECT_EQ(of<std::int32_t>("continuum_dimension")[0], 1);
  EXPECT_EQ(of<double>("stable_count")[0], 0) << "neither growing nor decaying";
  EXPECT_EQ(of<double>("saddle_count")[0], 1);
  EXPECT_TRUE(std::isinf(of<double>("slowest_ms")[0]));
  EXPECT_NEAR(of<double>("log_time_constant")[0], 7, 1e-9) << "10 ms / 1e-6";
  EXPECT_EQ(of<std::int32_t>("slow_modes")[0], 1);
}

TEST_F(FixedPointRowTest, more_points_than_there_is_room_for_are_counted) {
  FixedPoints found;
  for (int i = 0; i < 3; ++i) found.points.push_back(point(diagonal(1.5, 0.5, 0.1), 1));
  row_.put(0, found);
  row_.put_departures(0, {{1, 0, 1, 2, -1}, {2, 0, 0, 1, -1}});
  EXPECT_EQ(of<std::int32_t>("n_fixed_points")[0], 3);
  EXPECT_EQ(of<std::int32_t>("points_by_unstable")[1], 3);
  const auto leads_to = of<std::int32_t>("leads_to");
  EXPECT_EQ(leads_to[FixedPointRoom::n_directions * 2 + 1], 2);
  EXPECT_EQ(std::ranges::count_if(leads_to, [](std::int32_t end) { return end >= 0; }), 1)
      << "the third point has no place";
  EXPECT_TRUE(std::isnan(of<double>("speed")[kPoints])) << "the other context is left alone";
}

}  // namespace
}  // namespace cohort::test
