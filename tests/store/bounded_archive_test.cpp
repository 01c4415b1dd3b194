#include <cohort/store/bounded_archive.hpp>

#include <boost/archive/archive_exception.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <gtest/gtest.h>

#include <cstring>
#include <sstream>
#include <string>
#include <vector>

namespace cohort::test {
namespace {

struct Content {
  std::string text{};
  double number = 0;
  std::vector<std::string> texts{};
  std::vector<double> numbers{};

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& text& number& texts& numbers;
  }
  bool operator==(const Content&) const = default;
};

const Content kContent{"a text", 0.5, {"one", "", "three"}, {1, 2, 3}};

std::string bytes_of(const Content& content) {
  std::ostringstream stream(std::ios::binary);
  boost::archive::binary_oarchive(stream, boost::archive::no_header) << content;
  return std::move(stream).str();
}

Content content_of(const std::string& bytes) {
  std::istringstream stream(bytes, std::ios::binary);
  Content content;
  BoundedArchive(stream) >> content;
  return content;
}

TEST(BoundedArchive, reads_what_boost_wrote) { EXPECT_EQ(content_of(bytes_of(kContent)), kContent); }

TEST(BoundedArchive, refuses_bytes_that_end_early_wherever_they_do) {
  const std::string bytes = bytes_of(kContent);
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_THROW(content_of(bytes.substr(0, n)), boost::archive::archive_exception) << n;
}

/// Every eight bytes in turn are a size that nobody can have.
TEST(BoundedArchive, believes_no_size_that_is_longer_than_what_is_left) {
  const std::string bytes = bytes_of(kContent);
  std::size_t n_refused = 0;
  for (std::size_t at = 0; at + 8 <= bytes.size(); ++at) {
    std::string damaged = bytes;
    const std::uint64_t size = 40'000'000'000;  // could be had on some machines
    std::memcpy(damaged.data() + at, &size, sizeof size);
    try {
      const Content content = content_of(damaged);
      EXPECT_LE(content.text.size() + content.texts.size() + content.numbers.size(), bytes.size());
    } catch (const boost::archive::archive_exception&) {
      ++n_refused;
    }
  }
  EXPECT_GE(n_refused, 4U);
}

}  // namespace
}  // namespace cohort::test
