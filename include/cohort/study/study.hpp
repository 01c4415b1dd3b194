#pragma once

#include <cohort/core/errors.hpp>
#include <cohort/core/variant.hpp>
#include <cohort/learning/training_options.hpp>
#include <cohort/study/effect_responses.hpp>
#include <cohort/study/evaluation_facts.hpp>
#include <cohort/study/pair_choice.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cohort {

struct NpyArray;
class Task;
struct Recording;

/// One level of a factor of the study.
struct FactorLevel {
  std::string text;       ///< as the user wrote it, without blanks: what tables call it
  Variant variant;        ///< what it stands for: the same, or what [rules.<text>] spells out
  std::string versioned;  ///< canonical text with the component's version, what keys are made of
  SourceLocation where{};
  std::string family{};                                  ///< of an architecture
  std::map<std::string, std::string> versioned_in{};     ///< of a rule: family -> versioned, for each that has the name
  std::vector<std::shared_ptr<const NpyArray>> files{};  ///< that it was made from, so that nobody need read them again
};

/// Factors whose levels are crossed, in the order of tables.
enum class Factor { rule, architecture, initialization, optimizer, seed };
inline constexpr int n_factors = 5;
const char* factor_name(Factor factor);

/// Combinations left out: of every factor that has patterns one must match. `*` stands for any text.
struct Exclusion {
  std::vector<std::string> patterns[n_factors];
  SourceLocation where;
};

/// Which similarities are computed between runs and with recordings.
struct SimilarityOptions {
  std::vector<std::string> measures;
  std::vector<std::string> recordings;                        ///< paths, resolved against the study file
  std::vector<std::string> recording_names;                   ///< as written, or as the study names them
  std::vector<std::string> added_measures, added_recordings;  ///< of these, what `cohort analyse` added to the results
  Index resamples = 100;         ///< random halves of a recording's units for the noise ceiling
  bool match_units = false;      ///< distances to recordings at equal numbers of units, `resamples` times
  bool leave_one_out = false;    ///< and on conditions that the alignment never saw
  Index bootstrap = 0;           ///< resamples for their intervals; 0: none
  Index null = 0;                ///< permutations of conditions for their null; 0: none
  bool float32 = false;          ///< distances between runs are stored in single precision
  PairChoice pairs{};            ///< of networks, that are compared
  std::vector<double> layers{};  ///< at which networks are compared, see LayerChoice; empty: by all units
  double tolerance = 0;          ///< share of its norm at which a representation is cut, 0: not at all
};

/// What the factors of the study explain.
struct EffectSettings {
  bool distances = true;                                            ///< of the distances between runs
  std::vector<std::string> responses = default_effect_responses();  ///< and of the variance of these
  Index permutations = 9999;
};

/// Fixed points of the trained networks.
struct DynamicsOptions {
  Index starts = 0;                     ///< starting states per network and context, 0 for no analysis
  Index max_points = 64;                ///< room in the results file per network and context
  std::vector<std::string> levels{};    ///< names of those that are searched; none: all
  std::vector<std::string> contexts{};  ///< likewise of the task's contexts
  double noise = 0.1;                   ///< of starts, in standard deviations of the visited states
  double slow_ms = 0;                   ///< a mode that lasts as long is slow; 0: an evaluation trial
  Index modes = 0;                      ///< of each point that are stored with their eigenvectors; 0 for none
  bool graph = false;                   ///< where the unstable directions of points lead
};

/// Lyapunov spectra of the trained networks.
struct LyapunovSettings {
  bool is_asked = false;
  Index exponents = 0;    ///< the first of them; 0 for all
  Index steps = 1000;     ///< counted at each constant input; 0 for none
  Index transient = 200;  ///< dropped before them
  Index trials = 32;      ///< evaluation trials that drive the network; 0 for none
  Index every = 1;        ///< steps between two decompositions
};

/// How far the trained networks moved from where they started.
struct RichLazySettings {
  bool is_asked = false;
  Index kernel_samples = 96;  ///< outputs of trials in a tangent kernel; 0 for no kernels
};

/// Curvature of the loss at the trained networks.
struct CurvatureSettings {
  bool is_asked = false;
  std::string parameters = "default";  ///< over which: see ParameterSubset
  Index batch = 0;                     ///< training trials of the loss; 0 for the evaluation trials
  Index first_trial = 0;               ///< number of the first of them
  Index probes = 16;                   ///< random vectors that estimate traces; 0 for none
  std::vector<Index> at{};             ///< numbers of updates, beside the end of training; none: every level
  bool critical = false;               ///< up to which learning rate the rule's own updates stay
};

/// A second evaluation set, unlike the training trials: the same task with other parameters, with noise on its inputs.
struct ShiftedEvaluation {
  std::string task;  ///< variant; empty for none
  std::string versioned;
  double noise = 0;                   ///< standard deviation
  double low = -1e300, high = 1e300;  ///< noisy inputs are cut to this range
};

/// What the user wrote, checked, with defaults filled in and paths resolved. Plain data.
struct Study {
  std::string path;
  std::string text;  ///< the file as written
  std::string name;
  std::uint64_t seed = 0;
  std::string task;                                     ///< variant
  std::string task_versioned;                           ///< with a fingerprint of the data it was made from
  std::vector<std::shared_ptr<const Task>> kept_tasks;  ///< so that whoever asks for them need not read their files
  std::vector<std::shared_ptr<const Recording>> kept_recordings;  ///< those of `similarity`
  std::map<std::string, Variant> named_rules;                     ///< what [rules.<name>] spells out
  std::vector<FactorLevel> levels[n_factors];                     ///< of every factor but the seed
  std::vector<std::int64_t> seeds;  ///< the levels of the seed: a million of them must not be texts
  std::vector<Exclusion> exclusions;
  TrainingOptions training;
  std::vector<std::string> regularizers_versioned;  ///< of training.regularizers
  SnapshotPlan snapshots;
  ShiftedEvaluation shifted;
  EvaluationFacts evaluation;
  SimilarityOptions similarity;
  EffectSettings effects;
  DynamicsOptions dynamics;
  LyapunovSettings lyapunov;
  RichLazySettings rich_lazy;
  CurvatureSettings curvature;

  /// Everything that decides the results of every run, as text: part of each run's key.
  /// What their evaluations mean comes to it (evaluation_key_text): another meaning does not make another study.
  std::string semantic_text() const;

  /// What is stored of each run: "levels update=0 final\nweights false\n".
  std::string stored_text() const;

  /// What the random streams of a run's rule and noise are made from: `semantic_text` with what the study stored when
  /// its results were first made (earlier versions made keys from it, and what they drew must be drawn again). A study
  /// that keeps states draws the same whatever it stores and however long it is.
  std::string streams_text(const std::string& stored_first) const;
};

/// What a study with these levels stores of each run, with weights or without: Study::stored_text.
std::string stored_text(const std::vector<std::string>& levels, bool has_weights);

std::size_t n_levels(const Study& study, Factor factor);
/// A level as the user wrote it.
std::string level_text(const Study& study, Factor factor, std::size_t level);

/// What [similarity] of a study's text says but for its recordings, without its task and files. Throws UserError with
/// its place in `path`.
SimilarityOptions similarity_options_of(const std::string& text, const std::string& path);

/// What [effects] of a study's text says, without its task and files. Throws UserError with its place in `path`.
EffectSettings effect_settings_of(const std::string& text, const std::string& path);

/// Reads and checks a study file. Throws UserError with file, line and column: unknown keys and names, values of the
/// wrong type or range, duplicate levels, recordings that cannot be read.
Study read_study(const std::string& path);

}  // namespace cohort
