#include <cohort/analysis/analysis.hpp>

namespace cohort {

DatasetInfo made_from_dataset(std::string path, std::vector<std::string> dimensions) {
  DatasetInfo info{path, ValueType::u64, std::move(dimensions), "1",
                   "hash of what the values were computed from, 0: not computed"};
  info.made_from = std::move(path);
  return info;
}

Dimension labelled(std::string name, std::vector<std::string> labels, std::string long_name) {
  Dimension dimension{std::move(name), labels.size(), std::move(long_name)};
  dimension.labels = std::move(labels);
  return dimension;
}

}  // namespace cohort
