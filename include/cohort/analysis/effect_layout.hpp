#pragma once

#include <cohort/analysis/effect_design.hpp>
#include <cohort/analysis/item_values.hpp>
#include <cohort/similarity/complete_subdesign.hpp>
#include <cohort/similarity/effect_reason.hpp>
#include <cohort/similarity/effect_table.hpp>

#include <map>
#include <string>
#include <vector>

namespace cohort {

/// Where one table of effects is in the datasets of its view.
struct EffectPlace {
  std::size_t subject = 0, level = 0, subdesign = 0;
};

/// The datasets of one view of what was crossed: a table of effects in each [subject, level, subdesign], as columns.
class EffectLayout {
 public:
  /// `subjects`: names of measures, then of responses.
  EffectLayout(const EffectFactors& factors, const std::vector<std::string>& subjects,
               const std::vector<std::string>& levels);

  /// What a column has a value for, in each table.
  enum class Axis { table, term, pair, contrast, level, seed, term_seed };
  struct Column {
    const char* name;
    ValueType type;
    Axis axis;
    const char* long_name;
    std::vector<std::string> flags{};
  };
  static const std::vector<Column>& columns();

  const FactorialLabels& labels() const { return labels_; }
  const std::string& group() const { return group_; }
  std::string made_from() const { return group_ + "/made_from"; }

  Schema schema() const;
  /// In the order of columns() (those that have values).
  std::vector<BlockPlace> places(const EffectPlace& place) const;
  BlockPlace made_from_place(const EffectPlace& place) const;

  std::size_t n_terms() const { return term_names_.size(); }
  std::size_t n_values(Axis axis) const;
  /// Where a term of these factors stands: one factor or two; beyond the last one, the seed.
  std::size_t term(const std::vector<std::size_t>& factors) const;
  std::size_t pair(std::size_t a, std::size_t b) const;
  /// The levels a < b of a factor.
  std::size_t contrast(std::size_t factor, std::size_t a, std::size_t b) const;
  /// The first of the levels of a factor.
  std::size_t first_level(std::size_t factor) const;

 private:
  std::string dimension(const std::string& name) const { return prefix_ + name; }
  std::vector<std::string> dimensions(Axis axis) const;

  FactorialLabels labels_;
  std::string group_, prefix_;
  std::vector<std::string> subjects_, levels_, term_names_, pair_names_, contrast_names_, level_names_;
};

/// The values of one table, column by column, all missing at first.
class EffectRow {
 public:
  explicit EffectRow(const EffectLayout& layout);

  /// Throws InternalError when there is no such column or place in it.
  void put(const std::string& column, std::size_t index, double value);
  void put(const std::string& column, double value) { put(column, 0, value); }
  void put_reason(EffectReason reason) { put("reason", static_cast<double>(reason)); }

  /// A table whose factors are numbers `factors` of the layout, and its blocks numbers `blocks`.
  void put_table(const EffectTable& table, const std::vector<std::size_t>& factors, const std::vector<int>& blocks);
  /// The same for contrasts; `levels` [factor of the contrasts][level]: its number in the layout.
  void put_contrasts(const std::vector<LevelContrast>& contrasts, const std::vector<std::size_t>& factors,
                     const std::vector<std::vector<int>>& levels);
  /// Which levels and seeds are kept.
  void put_subdesign(const CompleteSubdesign& subdesign);
  /// Runs of each level that are `usable` [n_runs of the study].
  void put_levels(const FactorialLabels& labels, const std::vector<bool>& usable);
  /// Mean response of each level's runs among `selected`; nothing without responses.
  void put_means(const FactorialLabels& labels, const std::vector<std::size_t>& selected,
                 const std::vector<double>& responses);

  /// Into the blocks of EffectLayout::places.
  void write(ItemValues& values) const;

 private:
  void put_term(const EffectTerm& term, const std::vector<std::size_t>& factors, const std::vector<int>& blocks);
  void put_share(const std::string& name, std::size_t index, const SeedShare& share);

  const EffectLayout& layout_;
  std::map<std::string, std::vector<double>> columns_;
};

}  // namespace cohort
