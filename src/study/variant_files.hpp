#pragma once

#include <cohort/core/catalogue.hpp>
#include <cohort/recordings/npy_array.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cohort {

/// Makes the paths in `variant` relative to the study file at `study_path`, and reads the arrays they lead to: `files`
/// keeps them, so that whoever makes the variant need not read them again. Returns what keys say of their content, "
/// data=..." for each: where a file lies is no part of a key. Throws UserError.
std::string attach_files(Variant& variant, const Catalogue& catalogue, const std::string& study_path,
                         std::vector<std::shared_ptr<const NpyArray>>& files);

}  // namespace cohort
