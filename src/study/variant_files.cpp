#include "variant_files.hpp"

#include "resolved_path.hpp"

#include <cohort/core/hash.hpp>
#include <cohort/recordings/shared_array.hpp>

#include <fmt/format.h>

#include <span>

namespace cohort {
namespace {

bool is_path(const Catalogue& catalogue, const std::string& name, const std::string& parameter) {
  for (const Description& description : catalogue.descriptions())
    if (description.name == name)
      for (const ParameterInfo& info : description.parameters)
        if (info.name == parameter) return info.kind == ParameterKind::path;
  return false;
}

std::uint64_t content_of(const NpyArray& array) {
  return hash64(std::as_bytes(std::span(array.values)), hash64(std::as_bytes(std::span(array.shape))));
}

}  // namespace

std::string attach_files(Variant& variant, const Catalogue& catalogue, const std::string& study_path,
                         std::vector<std::shared_ptr<const NpyArray>>& files) {
  std::string data;
  for (auto& [parameter, value] : variant.parameters) {
    const std::string written = plain_text(value);
    if (written.empty() || !is_path(catalogue, variant.name, parameter)) continue;
    const std::string path = resolved_path(study_path, written);
    value = VariantValue(path);
    files.push_back(shared_array(path));
    data += fmt::format(" data={:016x}", content_of(*files.back()));
  }
  return data;
}

}  // namespace cohort
