#include <cohort/core/errors.hpp>
#include <cohort/recordings/npy_array.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <span>
#include <sstream>
#include <string_view>

namespace cohort {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

struct Header {
  bool swapped = false;       ///< stored in the byte order this machine does not have
  char kind = 'f';            ///< 'f' float, 'i' integer, 'u' unsigned integer, 'b' boolean
  std::size_t item_size = 8;  ///< bytes of one value
  bool fortran_order = false;
  std::vector<std::size_t> shape;
};

[[noreturn]] void damaged(const std::string& why) { throw UserError("damaged .npy file", why); }

/// What stands behind `'key':` in the header, a Python dictionary: up to the comma or brace that ends it.
std::string_view entry(std::string_view header, std::string_view key) {
  const std::size_t found = header.find(fmt::format("'{}'", key));
  if (found == std::string_view::npos) damaged(fmt::format("its header has no '{}'", key));
  const std::size_t begin = header.find_first_not_of(": ", found + key.size() + 2);
  if (begin == std::string_view::npos) damaged(fmt::format("its header has no value of '{}'", key));
  const std::size_t bracket = std::string_view("([").find(header[begin]);
  const bool in_brackets = bracket != std::string_view::npos;
  const std::size_t end = in_brackets ? header.find(")]"[bracket], begin) : header.find_first_of(",}", begin);
  if (end == std::string_view::npos) damaged(fmt::format("its header has no end of '{}'", key));
  return header.substr(begin, end - begin + (in_brackets ? 1 : 0));
}

/// The number type, from `'<f8'` and the like.
void parse_type(std::string_view descr, Header& header) {
  const auto refuse = [&] {
    throw UserError(fmt::format("a .npy file of type {} cannot be read", descr),
                    "an array of floats (2, 4 or 8 bytes), integers or booleans is needed");
  };
  if (descr == "'|O'")
    throw UserError("a .npy file of Python objects cannot be read",
                    "a dictionary, a list of lists or a ragged array was saved with pickle",
                    "Save one array of floats or integers: numpy.save(path, numpy.asarray(rates, dtype=float)).");
  if (descr.size() != 5 || descr.front() != '\'') refuse();
  const char order = descr[1];
  header.kind = descr[2];
  header.item_size = static_cast<std::size_t>(descr[3] - '0');
  const std::string_view sizes = header.kind == 'f'                         ? "248"
                                 : header.kind == 'i' || header.kind == 'u' ? "1248"
                                 : header.kind == 'b'                       ? "1"
                                                                            : "";
  if (sizes.find(descr[3]) == std::string_view::npos) refuse();
  constexpr bool big_machine = std::endian::native == std::endian::big;
  header.swapped = header.item_size > 1 && (order == (big_machine ? '<' : '>'));
}

std::vector<std::size_t> parse_shape(std::string_view tuple) {
  if (tuple.front() != '(') damaged("its shape is no tuple");
  std::vector<std::size_t> shape;
  std::size_t at = 1;
  while ((at = tuple.find_first_not_of(" ,", at)) < tuple.size() - 1) {
    std::size_t extent = 0;
    for (; std::isdigit(static_cast<unsigned char>(tuple[at])); ++at) {
      if (extent > std::numeric_limits<std::size_t>::max() / 20) damaged("its shape is too large");
      extent = extent * 10 + static_cast<std::size_t>(tuple[at] - '0');
    }
    if (tuple[at] == 'L') ++at;  // a long integer of Python 2
    if (tuple.find_first_of(" ,)", at) != at) damaged("its shape holds something that is no number");
    shape.push_back(extent);
  }
  return shape;
}

Header parse_header(std::string_view text) {
  Header header;
  parse_type(entry(text, "descr"), header);
  const std::string_view order = entry(text, "fortran_order");
  if (order != "True" && order != "False") damaged("its fortran_order is neither True nor False");
  header.fortran_order = order == "True";
  header.shape = parse_shape(entry(text, "shape"));
  return header;
}

std::size_t number_of_values(const Header& header) {
  std::size_t n = 1;
  for (const std::size_t extent : header.shape) {
    if (extent != 0 && n > std::numeric_limits<std::size_t>::max() / 8 / extent) damaged("its shape is too large");
    n *= extent;
  }
  return n;
}

/// IEEE 754 half precision: 1 sign, 5 exponent, 10 fraction bits.
double half_to_double(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const int fraction = bits & 0x3ff;
  double value = 0;
  if (exponent == 0x1f) {
    value = fraction == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  } else {
    value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

template <class Value>
Value load(const char* bytes, bool swapped) {
  char buffer[sizeof(Value)];
  std::copy_n(bytes, sizeof(Value), buffer);
  if (swapped) std::reverse(buffer, buffer + sizeof(Value));
  Value value;
  std::memcpy(&value, buffer, sizeof(Value));
  return value;
}

double load_value(const char* bytes, const Header& header) {
  const bool swapped = header.swapped;
  switch (header.kind) {
    case 'f':
      if (header.item_size == 2) return half_to_double(load<std::uint16_t>(bytes, swapped));
      return header.item_size == 4 ? load<float>(bytes, swapped) : load<double>(bytes, swapped);
    case 'i':
      if (header.item_size == 1) return load<std::int8_t>(bytes, swapped);
      if (header.item_size == 2) return load<std::int16_t>(bytes, swapped);
      if (header.item_size == 4) return load<std::int32_t>(bytes, swapped);
      return static_cast<double>(load<std::int64_t>(bytes, swapped));
    case 'u':
      if (header.item_size == 1) return load<std::uint8_t>(bytes, swapped);
      if (header.item_size == 2) return load<std::uint16_t>(bytes, swapped);
      if (header.item_size == 4) return load<std::uint32_t>(bytes, swapped);
      return static_cast<double>(load<std::uint64_t>(bytes, swapped));
    default:
      return load<std::uint8_t>(bytes, swapped) != 0;
  }
}

/// Position in C order of the value that is number `item` in Fortran order.
std::size_t c_position(std::size_t item, const std::vector<std::size_t>& shape) {
  std::size_t position = 0, stride = 1;
  for (const std::size_t extent : shape) stride *= extent;
  for (const std::size_t extent : shape) {
    stride /= extent;
    position += item % extent * stride;
    item /= extent;
  }
  return position;
}

double precision_of(const Header& header) {
  if (header.kind != 'f' || header.item_size == 8) return std::numeric_limits<double>::epsilon();
  return header.item_size == 4 ? std::numeric_limits<float>::epsilon() : std::ldexp(1.0, -10);
}

/// The header's text; `file` then stands at the first value.
std::string read_header_text(std::istream& file) {
  char start[8];
  if (!file.read(start, sizeof start) || std::string_view(start, magic.size()) != magic)
    throw UserError("not a .npy file", "it does not start with \\x93NUMPY", "Write it with numpy.save(path, array).");
  const int version = start[6];
  if (version < 1 || version > 3) damaged(fmt::format("format {} is unknown", version));
  unsigned char length_bytes[4] = {};
  file.read(reinterpret_cast<char*>(length_bytes), version == 1 ? 2 : 4);
  std::size_t length = 0;  // little-endian in every version
  for (int byte = 3; byte >= 0; --byte) length = length * 256 + length_bytes[byte];
  constexpr std::size_t longest = 1 << 20;  // NumPy itself writes 118 bytes and refuses to read more than 10000
  if (!file || length > longest) damaged("it ends within its header");
  std::string text(length, ' ');
  if (!file.read(text.data(), static_cast<std::streamsize>(length))) damaged("it ends within its header");
  return text;
}

NpyArray read_values(std::istream& file) {
  const Header header = parse_header(read_header_text(file));
  const std::size_t n = number_of_values(header);
  const auto begin = file.tellg();
  file.seekg(0, std::ios::end);
  const auto available = static_cast<std::size_t>(file.tellg() - begin);
  if (available < n * header.item_size)
    damaged(fmt::format("truncated: shape ({}) needs {} bytes of values, it has {}", fmt::join(header.shape, ", "),
                        n * header.item_size, available));
  file.seekg(begin);
  std::string bytes(n * header.item_size, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) damaged("its values cannot be read");

  NpyArray array{header.shape, std::vector<double>(n), precision_of(header)};
  for (std::size_t item = 0; item < n; ++item)
    array.values[header.fortran_order ? c_position(item, header.shape) : item] =
        load_value(&bytes[item * header.item_size], header);
  return array;
}

}  // namespace

NpyArray npy_array_of(const std::string& bytes) {
  std::istringstream file(bytes);
  return read_values(file);
}

std::size_t npy_dimensions(const std::string& begin) {
  std::istringstream file(begin);
  try {
    return parse_header(read_header_text(file)).shape.size();
  } catch (const UserError&) {  // texts, objects
    return 0;
  }
}

namespace {

/// A character beyond ASCII as UTF-8.
void append_utf8(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
    return;
  }
  const int n_more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr std::array<int, 4> lead{0, 0xC0, 0xE0, 0xF0};
  text += static_cast<char>(lead[static_cast<std::size_t>(n_more)] | static_cast<int>(code >> (6 * n_more)));
  for (int i = n_more - 1; i >= 0; --i) text += static_cast<char>(0x80 | (code >> (6 * i) & 0x3F));
}

/// `'<U12'`, `'|S4'`: kind, characters, byte order.
struct TextType {
  char kind;
  std::size_t length;
  bool swapped;
};

TextType parse_text_type(std::string_view descr) {
  const std::string_view digits = descr.size() > 4 ? descr.substr(3, descr.size() - 4) : "";
  const bool is_number =
      !digits.empty() && digits.size() < 7 && digits.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_number || (descr[2] != 'U' && descr[2] != 'S')) throw UserError("holds no texts");
  constexpr bool big_machine = std::endian::native == std::endian::big;
  return {descr[2], std::stoul(std::string(digits)), descr[1] == (big_machine ? '<' : '>')};
}

}  // namespace

std::vector<std::string> npy_texts_of(const std::string& bytes) {
  std::istringstream file(bytes);
  const std::string header = read_header_text(file);
  const auto [kind, length, swapped] = parse_text_type(entry(header, "descr"));
  const std::vector<std::size_t> shape = parse_shape(entry(header, "shape"));
  if (shape.size() != 1) throw UserError("holds no list of texts", fmt::format("it has {} dimensions", shape.size()));
  const std::size_t character = kind == 'U' ? 4 : 1, available = bytes.size() - static_cast<std::size_t>(file.tellg());
  if (length > 0 && shape[0] > available / (character * length)) damaged("it ends within its texts");
  std::vector<std::string> texts(shape[0]);
  const char* at = bytes.data() + static_cast<std::size_t>(file.tellg());
  for (std::string& text : texts) {
    for (std::size_t i = 0; i < length; ++i, at += character) {
      const std::uint32_t code =
          kind == 'U' ? load<std::uint32_t>(at, swapped) : static_cast<std::uint32_t>(static_cast<unsigned char>(*at));
      if (code == 0) continue;
      if (kind == 'U')
        append_utf8(text, code);
      else
        text += *at;
    }
  }
  return texts;
}

bool is_npy(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) return false;
  char start[magic.size()] = {};
  std::ifstream(path, std::ios::binary).read(start, sizeof start);
  return std::string_view(start, sizeof start) == magic;
}

NpyArray read_npy(const std::string& path) {
  std::error_code unknown;
  const auto kind = std::filesystem::status(path, unknown).type();
  if (kind == std::filesystem::file_type::directory)
    throw UserError("is a directory", "a .npy file is needed", "", {path});
  // Opening a pipe would wait for whoever writes it, and it can be read once only.
  if (kind == std::filesystem::file_type::fifo || kind == std::filesystem::file_type::socket)
    throw UserError("is a pipe", "a file is needed, which can be read more than once", "Save the array to a file.",
                    {path});
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UserError("cannot be opened", std::strerror(errno), "", {path});
  try {
    return read_values(file);
  } catch (const UserError& error) {
    throw error.at({path});
  }
}

namespace {

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  if (!file) throw UserError("cannot be written", std::strerror(errno), "", {path});
  file << bytes;
  file.close();
  if (!file) throw UserError("cannot be written", std::strerror(errno), "", {path});
}

/// NumPy's name of a type, in little-endian order.
template <class Value>
constexpr const char* type_name() {
  if constexpr (std::is_same_v<Value, float>) return "<f4";
  return std::is_same_v<Value, double> ? "<f8" : "<i8";
}

}  // namespace

template <class Value>
std::string npy_bytes(const std::vector<std::size_t>& shape, std::span<const Value> values) {
  std::size_t n = 1;
  for (const std::size_t extent : shape) n *= extent;
  expects(n == values.size(), "as many values as the shape of the array says");

  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", type_name<Value>(),
                                   fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  constexpr std::size_t preamble = 10, alignment = 64;  // the format wants the values to start at a multiple of 64
  header.append(alignment - (preamble + header.size() + 1) % alignment, ' ');
  header += '\n';

  std::string bytes = std::string(magic) + '\x01' + '\0' + static_cast<char>(header.size() % 256) +
                      static_cast<char>(header.size() / 256) + header;
  bytes.reserve(bytes.size() + n * sizeof(Value));
  for (const Value value : values) {
    auto own = std::bit_cast<std::array<char, sizeof value>>(value);
    if constexpr (std::endian::native == std::endian::big) std::reverse(own.begin(), own.end());
    bytes.append(own.data(), own.size());
  }
  return bytes;
}

template std::string npy_bytes(const std::vector<std::size_t>&, std::span<const float>);
template std::string npy_bytes(const std::vector<std::size_t>&, std::span<const double>);
template std::string npy_bytes(const std::vector<std::size_t>&, std::span<const std::int64_t>);

void write_npy(const std::string& path, const NpyArray& array) {
  write_file(path, npy_bytes<double>(array.shape, array.values));
}

void write_npy(const std::string& path, const std::vector<std::size_t>& shape, std::span<const std::int64_t> values) {
  write_file(path, npy_bytes(shape, values));
}

}  // namespace cohort
