#include <cohort/study/study.hpp>

#include "parsed_toml.hpp"
#include "study_section.hpp"

#include <cohort/core/file_answers.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cohort {
namespace {

/// What the options of one line say, "updates 1000 batch 64"; empty when it may be left out.
std::string key_line(const Study& study, KeyLine line) {
  std::vector<std::string> said;
  bool is_default = true;
  const Study empty;
  for (const StudySection* section : study_sections()) {
    for (const Option& option : section->options.options()) {
      if (option.line != line || !option.text) continue;
      said.push_back(option.key_word + " " + text_in_keys(option, study));
      is_default = is_default && option.text(study) == option.text(empty);
    }
  }
  if (line >= KeyLine::regularizers && is_default) return "";
  return fmt::format("{}\n", fmt::join(said, " "));
}

}  // namespace

const char* factor_name(Factor factor) {
  static constexpr const char* names[n_factors] = {"rule", "architecture", "initialization", "optimizer", "seed"};
  return names[static_cast<int>(factor)];
}

std::size_t n_levels(const Study& study, Factor factor) {
  return factor == Factor::seed ? study.seeds.size() : study.levels[static_cast<std::size_t>(factor)].size();
}

std::string level_text(const Study& study, Factor factor, std::size_t level) {
  if (factor == Factor::seed) return fmt::format("{}", study.seeds[level]);
  return study.levels[static_cast<std::size_t>(factor)][level].text;
}

std::string stored_text(const std::vector<std::string>& levels, bool has_weights) {
  return fmt::format("levels {}\nweights {}\n", fmt::join(levels, " "), has_weights);
}

std::string Study::stored_text() const { return cohort::stored_text(snapshots.labels(), snapshots.keep_parameters); }

std::string Study::semantic_text() const { return streams_text(""); }

std::string Study::streams_text(const std::string& stored_first) const {
  std::string result;
  for (const KeyLine line : {KeyLine::task, KeyLine::study_seed, KeyLine::training, KeyLine::penalties})
    result += key_line(*this, line);
  if (!training.keep_state) result += stored_first;
  for (const KeyLine line : {KeyLine::shifted, KeyLine::regularizers, KeyLine::rate_penalty_per, KeyLine::flossing})
    result += key_line(*this, line);
  return result;
}

SimilarityOptions similarity_options_of(const std::string& text, const std::string& path) {
  const toml::table root = parsed_toml(text, path);
  TomlSection section = TomlSection(&root, "", path).section("similarity");
  Study study;
  similarity_section().options.read(section, study);
  return study.similarity;
}

EffectSettings effect_settings_of(const std::string& text, const std::string& path) {
  const toml::table root = parsed_toml(text, path);
  TomlSection file(&root, "", path);
  Study study;
  effects_section().read(file, study);
  return study.effects;
}

Study read_study(const std::string& path) {
  Study study;
  study.path = path;
  study.text = read_user_file(path, "a study file");
  const toml::table root = parsed_toml(study.text, path);
  TomlSection file(&root, "", path);
  for (const StudySection* section : study_sections()) {
    const std::string& name = section->options.section();
    file.has(name.substr(0, name.find('.')));
  }
  file.refuse_the_rest();
  for (const StudySection* section : study_sections()) section->read(file, study);
  study.evaluation = evaluation_facts(study);
  return study;
}

}  // namespace cohort
