#include <cohort/store/bounded_archive.hpp>

#include <boost/archive/archive_exception.hpp>
#include <boost/archive/detail/archive_serializer_map.hpp>
#include <boost/archive/impl/archive_serializer_map.ipp>
#include <boost/archive/impl/basic_binary_iarchive.ipp>
#include <boost/archive/impl/basic_binary_iprimitive.ipp>

#include <utility>

namespace cohort {

void BoundedArchive::load_override(std::string& text) {
  std::size_t size = 0;
  Base::load_override(size);
  expect(size);
  text.resize(size);
  if (size > 0) load_binary(text.data(), size);
}

void BoundedArchive::load_override(boost::serialization::collection_size_type& size) {
  Base::load_override(size);
  expect(std::as_const(size));  // everything that is kept in a collection has a byte at least
}

void BoundedArchive::expect(std::size_t n_bytes) const {
  const auto left = stream_.rdbuf()->in_avail();
  if (left < 0 || n_bytes > static_cast<std::size_t>(left))
    throw boost::archive::archive_exception(boost::archive::archive_exception::input_stream_error);
}

}  // namespace cohort

template class boost::archive::detail::archive_serializer_map<cohort::BoundedArchive>;
template class boost::archive::basic_binary_iarchive<cohort::BoundedArchive>;
template class boost::archive::basic_binary_iprimitive<cohort::BoundedArchive, char, std::char_traits<char>>;
template class boost::archive::binary_iarchive_impl<cohort::BoundedArchive, char, std::char_traits<char>>;
