#include <cohort/learning/state_writer.hpp>

#include "state_format.hpp"

namespace cohort {
namespace {

void append_number(std::uint64_t number, std::string& bytes) { state_format::append(&number, 1, bytes); }

}  // namespace

StateWriter::StateWriter() : bytes_(state_format::kHead) {}

void StateWriter::handle(const std::string& name, const StateValue& value) {
  append_number(value.index(), bytes_);
  append_number(name.size(), bytes_);
  bytes_ += name;
  std::visit(
      [&](auto* shown) {
        const auto block = state_format::block_of(*shown);
        append_number(static_cast<std::uint64_t>(block.rows), bytes_);
        append_number(static_cast<std::uint64_t>(block.cols), bytes_);
        state_format::append(block.data, block.count(), bytes_);
      },
      value);
}

}  // namespace cohort
