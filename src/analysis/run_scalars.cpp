#include <cohort/analysis/run_scalars.hpp>

namespace cohort {
namespace {

bool has_spectra(const Study& study) { return study.lyapunov.is_asked; }
bool has_changes(const Study& study) { return study.rich_lazy.is_asked; }
bool has_points(const Study& study) { return study.dynamics.starts > 0; }
bool has_curvature(const Study& study) { return study.curvature.is_asked; }

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
      {"hessian_max", "/dynamics/hessian_max", has_curvature},
      {"hessian_trace", "/dynamics/hessian_trace", has_curvature},
      {"rho", "/dynamics/rho", has_curvature},
      {"point_count", "/dynamics/point_count", has_points},
      {"stable_count", "/dynamics/stable_count", has_points},
      {"saddle_count", "/dynamics/saddle_count", has_points},
      {"cycle_count", "/dynamics/cycle_count", has_points},
      {"slow_dimension", "/dynamics/slow_dimension", has_points},
      {"log_time_constant", "/dynamics/log_time_constant", has_points},
  };
  return table;
}

}  // namespace cohort
