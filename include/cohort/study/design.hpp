#pragma once

#include <cohort/study/study.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cohort {

/// One cell of the factorial: one network to train. Never knows which rank trains it.
struct Run {
  std::array<int, n_factors> level{};  ///< index into Study::levels, per Factor
  std::string key;                     ///< hash of everything that decides its result, 32 hexadecimal digits
  std::string streams;                 ///< what its own random streams are called, the key of earlier versions
};

/// Every run of a study, in the order of the file: seeds fastest, rules slowest. Holds no list of them: run i is made
/// when asked for, so a million runs cost nothing before they are trained. Complete in itself, whatever becomes of the
/// study.
class Design {
 public:
  Design() = default;
  /// The full factorial of the study's levels without what [[exclude]] leaves out. Throws UserError when nothing is
  /// left or an exclusion matches nothing.
  explicit Design(const Study& study);

  std::size_t size() const { return kept_ ? kept_->size() : n_combinations_; }
  /// Run i, with its key.
  Run operator[](std::size_t run) const;
  /// Its levels alone.
  std::array<int, n_factors> levels(std::size_t run) const;
  int level(std::size_t run, Factor factor) const { return levels(run)[static_cast<std::size_t>(factor)]; }

  /// The first run of every pair of levels of two factors that occurs (of every level, when both are the same): what is
  /// checked or measured once per kind.
  std::vector<std::size_t> first_of_each(Factor a, Factor b) const;

  /// Lets the random streams of rules and noise be those of a study that stored this when its results were first made
  /// (see Study::streams_text). A new design takes what its study stores now.
  void draw_as(const Study& study, const std::string& stored_first);
  const std::string& stored_first() const { return stored_first_; }

  /// The key that earlier versions gave the run (its evaluations meaning what they mean now).
  std::string former_key(std::size_t run) const;

  /// Hash of what the keys of its runs are made of, and of how many there are.
  std::string fingerprint() const;

  /// The same study with these of its runs only.
  Design only(const std::vector<std::size_t>& runs) const;

  /// For loops over all runs.
  class Iterator {
   public:
    Iterator(const Design& design, std::size_t run) : design_(&design), run_(run) {}
    Run operator*() const { return (*design_)[run_]; }
    Iterator& operator++() {
      ++run_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return run_ != other.run_; }

   private:
    const Design* design_;
    std::size_t run_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

 private:
  std::array<int, n_factors> levels_of(std::size_t combination) const;
  std::string text_of(const std::array<int, n_factors>& levels) const;
  void add_rule_texts(const Study& study);
  void leave_out(const Study& study);

  std::array<std::size_t, n_factors> n_levels_{};
  std::size_t n_combinations_ = 0;
  std::optional<std::vector<std::uint32_t>> kept_;  ///< combinations that are runs, rising; none: all of them
  std::vector<std::int64_t> seeds_;
  std::string evaluation_text_;  ///< what evaluations mean by now: of the keys of all runs
  std::string shared_text_;      ///< of the keys of all runs
  std::string stored_first_;
  std::string streams_text_;  ///< of the streams of all runs
  /// Of the keys of one level, per factor; a rule means what it means in the family of the architecture.
  std::array<std::vector<std::string>, n_factors> level_text_;
  std::vector<std::size_t> family_;                  ///< [architecture]
  std::vector<std::vector<std::string>> rule_text_;  ///< [family][rule]
};

inline Design expand(const Study& study) { return Design(study); }

/// A run's level of a factor other than the seed.
const FactorLevel& level_of(const Study& study, const Run& run, Factor factor);
std::int64_t seed_of(const Study& study, const Run& run);

/// The canonical text of a run's level, with its version: that of a rule is read for the family of the architecture.
const std::string& versioned_level(const Study& study, const Run& run, Factor factor);

/// "eprop | ctrnn/units=200 | gaussian | adam | seed 3": how messages call a run.
std::string run_name(const Study& study, const Run& run);

/// Hash of everything that decides the results of all runs (task, training). Levels of factors are left out, and so
/// is the name: a study to which seeds or rules were added is still the same study.
std::string study_key(const Study& study);

/// The same as earlier versions made it: from the name, too, and from what was stored.
std::string former_study_key(const Study& study, const std::string& name, const std::string& stored_first);

/// Does `text` match `pattern`, in which `*` stands for any text?
bool matches(std::string_view pattern, std::string_view text);

}  // namespace cohort
