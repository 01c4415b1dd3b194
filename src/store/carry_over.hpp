#pragma once

#include <cohort/store/resume_plan.hpp>

#include <map>
#include <string>
#include <vector>

namespace cohort {

/// Copies one block from one file to another, whatever the type of its values.
void copy_block(ResultsFile& from, ResultsFile& to, const DatasetInfo& info, const Extent& source, const Extent& target,
                const Extent& count);

/// Copies what analyses have computed into the file of a study that changed: runs are found again by `kept`, labelled
/// coordinates by their labels; longer axes without labels are padding. Datasets that share a `made_from` are copied
/// together or not at all. This rank copies its share of the first axis.
void carry_over_analyses(ResultsFile& from, ResultsFile& to, const Schema& schema, const std::vector<KeptRun>& kept,
                         std::size_t rank, std::size_t n_ranks);

/// The `made_from` of the datasets that would be copied.
std::vector<std::string> carried_analyses(ResultsFile& from, const Schema& schema);

/// Along each axis of a dataset, which index of the old file becomes which of the new one.
using CarriedAxes = std::vector<std::vector<KeptRun>>;

/// Those of every made_from dataset that would be copied.
std::map<std::string, CarriedAxes> carried_axes(ResultsFile& from, const Schema& schema,
                                                const std::vector<KeptRun>& kept);

}  // namespace cohort
