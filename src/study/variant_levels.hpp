#pragma once

#include "toml_section.hpp"

#include <cohort/core/catalogue.hpp>
#include <cohort/study/study.hpp>

#include <map>
#include <string>
#include <vector>

namespace cohort {

/// A list of variants of one kind, such as the levels of a factor. `own_names` are names that the study gives to
/// variants. Throws UserError, also for two ways of writing the same variant.
std::vector<FactorLevel> variant_levels(TomlSection& section, const std::string& key, const Catalogue& catalogue,
                                        const std::map<std::string, Variant>& own_names = {});

/// The level of a factor that nobody wrote.
FactorLevel default_level(const Catalogue& catalogue, const std::string& name, const SourceLocation& where);

/// As the user wrote them, joined by ", ".
std::string texts_of(const std::vector<FactorLevel>& levels);

}  // namespace cohort
