#pragma once

#include <boost/archive/binary_iarchive_impl.hpp>
#include <boost/archive/detail/register_archive.hpp>
#include <boost/serialization/array_optimization.hpp>
#include <boost/serialization/collection_size_type.hpp>

#include <istream>
#include <string>

namespace cohort {

/// Reads what a boost::archive::binary_oarchive without a header wrote, and believes no length that is longer than what
/// is left of the stream: damaged bytes cannot ask for more memory than a small multiple of their number. Throws
/// boost::archive::archive_exception then, and where the stream ends early.
///
/// `stream` holds all bytes in memory (a std::istringstream).
class BoundedArchive final : public boost::archive::binary_iarchive_impl<BoundedArchive, char, std::char_traits<char>> {
  using Base = boost::archive::binary_iarchive_impl<BoundedArchive, char, std::char_traits<char>>;

 public:
  explicit BoundedArchive(std::istream& stream)
      : Base(stream, boost::archive::no_header | boost::archive::no_codecvt), stream_(stream) {}

  template <class T>
  void load_override(T& value) {
    Base::load_override(value);
  }
  void load_override(std::string& text);
  void load_override(boost::serialization::collection_size_type& size);

 private:
  /// Throws when so many bytes are not left.
  void expect(std::size_t n_bytes) const;

  std::istream& stream_;
};

}  // namespace cohort

BOOST_SERIALIZATION_REGISTER_ARCHIVE(cohort::BoundedArchive)
BOOST_SERIALIZATION_USE_ARRAY_OPTIMIZATION(cohort::BoundedArchive)  // as the archive that wrote
