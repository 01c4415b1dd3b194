#pragma once

namespace cohort {

enum class PictureFormat { png, svg };

}  // namespace cohort
