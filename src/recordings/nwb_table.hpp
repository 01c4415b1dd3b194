#pragma once

#include <cohort/recordings/hdf5_archive.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cohort {

/// Where the parts of a ragged column end, from its index [n_rows]; `n_values` is how many there are. Throws UserError,
/// at `path`, when the index is damaged.
std::vector<std::size_t> ends_of_parts(const NpyArray& index, std::size_t n_values, const std::string& path);

/// Rows by what one column says of them.
struct RowLevels {
  std::vector<std::string> labels{};  ///< numbers by size, texts by the alphabet
  std::vector<int> level_of{};        ///< per row; -1: it says nothing (NaN, no text, an empty list)
};

/// A table of an NWB file (a DynamicTable of HDMF): columns that stand beside one another, some of them lists with an
/// index, some of texts.
class NwbTable {
 public:
  /// `archive` must outlive this. Throws UserError when there is no table at `group`.
  NwbTable(const Hdf5ArrayArchive& archive, std::string group);

  std::size_t n_rows() const { return n_rows_; }
  /// Those that can be read, sorted; lists without their index, and without `id`.
  const std::vector<std::string>& columns() const { return columns_; }
  bool has(const std::string& column) const;
  bool holds_texts(const std::string& column) const;

  /// The first number in each row; NaN where there is none. Throws UserError for a column that is missing or of texts.
  std::vector<double> numbers(const std::string& column) const;
  /// All numbers in each row. Throws as above.
  std::vector<std::vector<double>> lists(const std::string& column) const;
  /// Throws UserError for a column that is missing.
  RowLevels levels(const std::string& column) const;

 private:
  std::string path_of(const std::string& column) const { return group_ + "/" + column; }
  /// Throws UserError unless there is such a column.
  void check(const std::string& column) const;
  /// Where the values of each row end.
  std::vector<std::size_t> ends(const std::string& column) const;
  std::vector<std::string> joined_texts(const std::string& column) const;

  const Hdf5ArrayArchive& archive_;
  std::string group_;
  std::vector<std::string> columns_;
  std::size_t n_rows_ = 0;
};

}  // namespace cohort
