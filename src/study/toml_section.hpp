#pragma once

#include <cohort/core/errors.hpp>
#include <cohort/core/variant.hpp>

#include <toml++/impl/forward_declarations.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohort {

struct TextOrTable;

/// A table of the study file that knows where it stands and which keys were read: whatever is left over is an error.
class TomlSection {
 public:
  TomlSection(const toml::table* table, std::string name, std::string file)
      : table_(table), name_(std::move(name)), file_(std::move(file)) {}

  bool exists() const { return table_ != nullptr; }
  const std::string& name() const { return name_; }
  bool has(std::string_view key);
  bool is_list(std::string_view key) const;

  std::string text(const std::string& key);
  std::string text(const std::string& key, const std::string& fallback);
  bool flag(const std::string& key, bool fallback);
  std::int64_t integer(const std::string& key, std::int64_t fallback, std::int64_t low, std::int64_t high);
  double number(const std::string& key, double fallback, double low, double high);
  /// A list of texts, or one text.
  std::vector<std::string> texts(const std::string& key);
  /// A list of texts and tables, or one of them.
  std::vector<TextOrTable> texts_or_tables(const std::string& key);
  /// A list of numbers, or one.
  std::vector<double> numbers(const std::string& key, double low, double high);
  std::vector<std::int64_t> integers(const std::string& key, std::int64_t low, std::int64_t high);
  TomlSection section(const std::string& key);
  /// [[key]]: the tables of a list.
  std::vector<TomlSection> sections(const std::string& key);
  /// The value of a parameter: a number, true or false, a text, a list of numbers, a variant as a table.
  VariantValue value(const std::string& key);
  /// A list of such values, or one.
  std::vector<VariantValue> values(const std::string& key);
  /// A list of variants, or one: texts, or tables {name = "ctrnn", units = 20}. `kind` is the word of messages. Texts
  /// in `own_names` are names as they stand.
  std::vector<Variant> variants(const std::string& key, const std::string& kind,
                                const std::set<std::string>& own_names = {});

  /// Keys in the order of the file.
  std::vector<std::string> keys() const;

  /// Position of element `index` of `key` (or of the key's value), of the key itself, of the table.
  SourceLocation where(const std::string& key, std::size_t index = 0) const;
  SourceLocation where() const;

  /// Throws UserError for the first key that nothing read, naming the known ones. `hints` says what may be meant by
  /// names that are no near miss.
  void refuse_the_rest(const std::map<std::string, std::string>& hints = {}) const;

 private:
  const toml::node* find(const std::string& key);
  /// A key that is read is a known one.
  void note(const std::string& key);
  [[noreturn]] void refuse(const toml::node& node, const std::string& key, const std::string& needed) const;
  SourceLocation at(const toml::source_region& region) const;
  std::vector<const toml::node*> elements(const std::string& key);
  VariantValue value_of(const toml::node& node, const std::string& key) const;
  Variant variant_of(const toml::node& node, const std::string& key, const std::string& kind) const;

  const toml::table* table_;
  std::string name_;
  std::string file_;
  std::vector<std::string> known_;
};

/// An element of a list: a text, or a table that exists.
struct TextOrTable {
  std::string text;
  TomlSection table;
  SourceLocation where;
};

}  // namespace cohort
