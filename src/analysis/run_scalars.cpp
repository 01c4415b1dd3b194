#include <cohort/analysis/run_scalars.hpp>

namespace cohort {
namespace {

bool has_spectra(const Study& study) { return study.lyapunov.is_asked; }
bool has_changes(const Study& study) { return study.rich_lazy.is_asked; }

}  // namespace

const std::vector<RunScalar>& run_scalars() {
  static const std::vector<RunScalar> table{
      {"lambda_max", "/dynamics/lambda_max", has_spectra},
      {"lambda_max_autonomous", "/dynamics/lambda_max_autonomous", has_spectra},
      {"kaplan_yorke", "/dynamics/kaplan_yorke", has_spectra},
      {"kaplan_yorke_autonomous", "/dynamics/kaplan_yorke_autonomous", has_spectra},
      {"weight_change", "/dynamics/weight_change", has_changes},
      {"weight_change_relative", "/dynamics/weight_change_relative", has_changes},
      {"representation_alignment", "/dynamics/representation_alignment", has_changes},
      {"kernel_alignment", "/dynamics/kernel_alignment", has_changes},
      {"spectral_radius", "/dynamics/spectral_radius", has_changes},
  };
  return table;
}

}  // namespace cohort
