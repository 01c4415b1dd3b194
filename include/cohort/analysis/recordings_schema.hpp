#pragma once

#include <cohort/store/schema.hpp>
#include <cohort/study/study.hpp>

namespace cohort {

/// /recordings: per recording of the study the values as they are compared, [<name>_sample, <name>_unit], with source,
/// axes and content hash in its comment. Empty without recordings.
Schema recordings_schema(const Study& study);

}  // namespace cohort
