#include <cohort/learning/state_reader.hpp>

#include <cohort/core/errors.hpp>

#include "state_format.hpp"

#include <fmt/format.h>

namespace cohort {
namespace {

/// In the order of StateValue.
constexpr const char* kKinds[] = {"number",     "integer",   "unsigned integer", "text",      "integers",
                                  "numbers/32", "vector/32", "vector/64",        "matrix/32", "matrix/64"};
static_assert(std::size(kKinds) == std::variant_size_v<StateValue>);

std::string kind_name(std::uint64_t kind) { return kind < std::size(kKinds) ? kKinds[kind] : "unknown kind"; }

}  // namespace

StateReader::StateReader(std::string_view bytes) : left_(bytes) {
  if (!bytes.starts_with(state_format::kHead)) throw RunError("these bytes are no saved state of this version");
  left_.remove_prefix(state_format::kHead.size());
}

std::string_view StateReader::take(std::size_t n_bytes) {
  if (n_bytes > left_.size()) throw RunError("the saved state ends early");
  const std::string_view taken = left_.substr(0, n_bytes);
  left_.remove_prefix(n_bytes);
  return taken;
}

std::uint64_t StateReader::take_number() {
  std::uint64_t number = 0;
  state_format::extract(take(sizeof(number)), &number);
  return number;
}

void StateReader::handle(const std::string& name, const StateValue& value) {
  const std::uint64_t kind = take_number();
  const std::string_view saved_name = take(take_number());
  if (saved_name != name || kind != value.index())
    throw RunError(fmt::format("the saved state has '{}' ({}) where '{}' ({}) is expected", saved_name, kind_name(kind),
                               name, kind_name(value.index())));
  const auto rows = take_number(), cols = take_number();
  const auto most = static_cast<std::uint64_t>(left_.size());     // every number has a byte at least
  constexpr std::uint64_t most_columns = std::uint64_t{1} << 40;  // of no rows there may be more than bytes
  if (rows > most || cols > most_columns || (rows > 0 && cols > most / rows))
    throw RunError("the saved state ends early");
  std::visit(
      [&](auto* shown) {
        using Value = std::decay_t<decltype(*shown)>;
        const auto now = state_format::block_of(*shown);
        const bool is_same =
            static_cast<std::uint64_t>(now.rows) == rows && static_cast<std::uint64_t>(now.cols) == cols;
        if (!is_same && now.count() > 0 && !std::is_same_v<Value, std::string>)
          throw RunError(
              fmt::format("'{}' of the saved state is {} x {}, not {} x {}", name, rows, cols, now.rows, now.cols));
        state_format::resize(*shown, static_cast<Index>(rows), static_cast<Index>(cols));
        const auto block = state_format::block_of(*shown);
        state_format::extract(take(block.count() * sizeof(*block.data)), block.data);
      },
      value);
}

void StateReader::finish() const {
  if (!left_.empty()) throw RunError("the saved state holds more than is asked for");
}

}  // namespace cohort
