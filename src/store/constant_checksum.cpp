#include "constant_checksum.hpp"

#include <cohort/store/value_types.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cohort {

std::string ContentChecksum::text() const { return fmt::format("{:016x}", sum_); }

std::string content_checksum(ResultsFile& file, const std::string& dataset) {
  constexpr std::size_t most = 1 << 20;
  const Extent extent = file.extent(dataset);
  const std::size_t n_rows = extent.empty() ? 1 : extent[0], row = volume(extent) / n_rows;
  const std::size_t at_once = std::max<std::size_t>(1, most / std::max<std::size_t>(row, 1));
  ContentChecksum checksum;
  for (std::size_t first = 0; first < n_rows; first += at_once) {
    Extent start(extent.size(), 0), count = extent;
    if (!extent.empty()) start[0] = first;
    if (!extent.empty()) count[0] = std::min(at_once, n_rows - first);
    if (file.is_text(dataset))
      checksum.add(file.read_text(dataset, start, count));
    else
      with_value_of(file.value_type(dataset),
                    [&](auto value) { checksum.add(file.read<decltype(value)>(dataset, start, count)); });
  }
  return checksum.text();
}

}  // namespace cohort
