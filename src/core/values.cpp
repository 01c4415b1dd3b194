#include <cohort/core/values.hpp>

#include <cohort/core/errors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace cohort {
namespace {

constexpr const char* kForms =
    "write a number, a list [a, b] or uniform(low, high), normal(mean, sd), lognormal(median, sigma)";

[[noreturn]] void refuse(const std::string& why) { throw UserError(why); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<double> numbers_of(std::string_view list) {
  std::vector<double> result;
  while (true) {
    const auto comma = list.find(',');
    const std::string_view item = trimmed(list.substr(0, comma));
    double number = 0;
    const auto [stop, error] = std::from_chars(item.data(), item.data() + item.size(), number);
    if (error != std::errc() || stop != item.data() + item.size() || !std::isfinite(number)) refuse(kForms);
    result.push_back(number);
    if (comma == std::string_view::npos) return result;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

Values::Values(std::string_view text, double low, double high) : low_(low), high_(high) {
  const std::string_view whole = trimmed(text);
  const auto open = whole.find_first_of("([");
  if (open == std::string_view::npos) {
    numbers_ = numbers_of(whole);
  } else {
    if (whole.back() != (whole[open] == '[' ? ']' : ')')) refuse(kForms);
    const std::string_view name = trimmed(whole.substr(0, open));
    numbers_ = numbers_of(whole.substr(open + 1, whole.size() - open - 2));
    if (whole[open] == '(') {
      if (name == "uniform")
        kind_ = Kind::uniform;
      else if (name == "normal")
        kind_ = Kind::normal;
      else if (name == "lognormal")
        kind_ = Kind::lognormal;
      else
        refuse(kForms);
    }
    if ((kind_ == Kind::list) != name.empty()) refuse(kForms);
    if (kind_ != Kind::list && numbers_.size() != 2) refuse("a distribution has two numbers");
  }
  if (kind_ == Kind::uniform && numbers_[0] > numbers_[1]) refuse("the low end lies above the high end");
  const bool has_width = kind_ == Kind::normal || kind_ == Kind::lognormal;
  if (has_width && numbers_[1] < 0) refuse("a width cannot be negative");
  const std::size_t n_values = has_width ? 1 : numbers_.size();
  for (std::size_t i = 0; i < n_values; ++i)
    if (numbers_[i] < low_ || numbers_[i] > high_)
      refuse(high_ >= 1e9 ? fmt::format("values of at least {} are needed", low_)
                          : fmt::format("values in [{}, {}] are needed", low_, high_));
}

const std::vector<double>& Values::list() const {
  expects(is_list(), "a list of numbers");
  return numbers_;
}

std::string Values::canonical() const {
  const std::string list = fmt::format("{}", fmt::join(numbers_, ","));
  switch (kind_) {
    case Kind::list:
      return is_number() ? list : "[" + list + "]";
    case Kind::uniform:
      return "uniform(" + list + ")";
    case Kind::normal:
      return "normal(" + list + ")";
    case Kind::lognormal:
      break;
  }
  return "lognormal(" + list + ")";
}

VectorXd Values::draw(RandomStream stream, Index n_units) const {
  VectorXd result(n_units);
  for (Index unit = 0; unit < n_units; ++unit) {
    double value = 0;
    switch (kind_) {
      case Kind::list:
        value = numbers_[static_cast<std::size_t>(unit) % numbers_.size()];
        break;
      case Kind::uniform:
        value = stream.uniform(numbers_[0], numbers_[1]);
        break;
      case Kind::normal:
        value = numbers_[0] + numbers_[1] * stream.normal();
        break;
      case Kind::lognormal:
        value = numbers_[0] * std::exp(numbers_[1] * stream.normal());
        break;
    }
    result[unit] = std::clamp(value, low_, high_);
  }
  return result;
}

}  // namespace cohort
