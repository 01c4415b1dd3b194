#include "effects_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace cohort::app {
namespace {

/// Lines of cells, printed with every column as wide as its widest cell: the first to the left, others to the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const {
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    std::string text;
    for (const auto& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string fill(widths[i] - width(row[i]), ' ');
        line += i == 0 ? row[i] + fill : "  " + fill + row[i];
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

 private:
  /// Characters, not bytes: continuation bytes of UTF-8 do not count.
  static std::size_t width(const std::string& cell) {
    return static_cast<std::size_t>(
        std::count_if(cell.begin(), cell.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }
  std::vector<std::vector<std::string>> rows_;
};

/// Why there is "-" in a table: each reason once, with all it holds for, in the order they came up.
class Reasons {
 public:
  void add(const std::string& kind, const std::string& of, const std::string& reason) {
    const auto has_it = [&](const Known& known) { return known.kind == kind && known.reason == reason; };
    const auto found = std::find_if(known_.begin(), known_.end(), has_it);
    if (found == known_.end())
      known_.push_back({kind, of, reason});
    else
      found->of += ", " + of;
  }
  std::string text() const {
    std::string text;
    for (const Known& one : known_) text += fmt::format("no {} for {}: {}\n", one.kind, one.of, one.reason);
    return text;
  }

 private:
  struct Known {
    std::string kind{}, of{}, reason{};
  };
  std::vector<Known> known_;
};

std::string number(double value, const char* format) {
  return std::isnan(value) ? "-" : fmt::format(fmt::runtime(format), value);
}

std::string p_text(double p) {
  return std::isnan(p) ? "-" : p < 1e-3 ? fmt::format("{:.1e}", p) : fmt::format("{:.3f}", p);
}

/// Shares in per cent; intervals of shares are clipped to what a share can be, those of differences to -100 .. 100.
std::string interval_text(const SeedShare& share, double least) {
  if (!share.has_interval()) return "-";
  return fmt::format("[{:.1f}, {:.1f}]", 100 * std::clamp(share.low, least, 1.0),
                     100 * std::clamp(share.high, least, 1.0));
}

std::string percent(double value) { return number(100 * value, "{:.1f} %"); }

const char* mark_of(EffectTest test) {
  switch (test) {
    case EffectTest::synchronized:
      return "synchronized";
    case EffectTest::studentized_within_cell:
      return "within cell, approximate";
    case EffectTest::free:
      return "free";
    case EffectTest::none:
      break;
  }
  return "-";
}

std::string design_text(const EffectTable& table, const FactorialLabels& labels) {
  std::string text = fmt::format("{} runs: ", table.n_runs);
  for (std::size_t factor = 0; factor < labels.factors.size(); ++factor)
    text += fmt::format("{}{} ({})", factor == 0 ? "" : " x ", labels.factors[factor].name,
                        labels.factors[factor].levels.size());
  if (!labels.has_block()) return text + "; no seeds\n";
  text += fmt::format(", {} ({})", labels.block.name, table.n_seeds);
  return text + (table.balanced ? "; one run in every cell and seed\n" : "; runs are missing or repeated\n");
}

std::string terms_text(const EffectTable& table, bool is_response, Reasons& reasons) {
  const char* r2 = is_response ? "eta²" : "R²";
  std::vector<std::string> header{"term", "share", "95 %", "df", r2, "omega²", "F"};
  if (!table.balanced) header.insert(header.begin() + 4, fmt::format("{} in order", r2));
  if (is_response) header.push_back("p of F");
  for (const char* name : {"p", "Holm", "smallest", "test"}) header.emplace_back(name);
  TextTable text(header);
  for (const EffectTerm& term : table.terms) {
    std::vector<std::string> row{term.name,
                                 percent(term.cross_seed.estimate),
                                 interval_text(term.cross_seed, 0),
                                 fmt::format("{}", term.df),
                                 number(term.type2.r2, "{:.4f}"),
                                 number(term.type2.omega2, "{:.4f}"),
                                 number(term.type2.f, "{:.4g}")};
    if (!table.balanced) row.insert(row.begin() + 4, number(term.sequential.r2, "{:.4f}"));
    if (is_response) row.push_back(p_text(term.type2.p_f));
    for (const double p : {term.p, term.p_holm, term.p_floor}) row.push_back(p_text(p));
    row.emplace_back(mark_of(term.test));
    text.add(std::move(row));
    if (!term.cross_seed.has_interval()) reasons.add("interval", term.name, term.cross_seed.no_interval);
    if (!term.no_p.empty()) reasons.add("p", term.name, term.no_p);
  }
  if (!table.no_f.empty()) reasons.add("F", "any term", table.no_f);
  return text.text();
}

/// What the seed and all factors explain, and differences of factors.
std::string shares_text(const EffectTable& table, Reasons& reasons) {
  TextTable text({"", "share", "95 %"});
  text.add({"all factors together", percent(table.all_cells.estimate), interval_text(table.all_cells, 0)});
  text.add({"same seed", percent(table.same_seed.estimate), interval_text(table.same_seed, 0)});
  for (const EffectDifference& one : table.differences)
    text.add({fmt::format("{} - {}", table.terms[one.a].name, table.terms[one.b].name), percent(one.share.estimate),
              interval_text(one.share, -1)});
  if (!table.same_seed.has_interval()) reasons.add("interval", "same seed", table.same_seed.no_interval);
  return text.text();
}

std::string table_text(const EffectTable& table, const FactorialLabels& labels, bool is_response) {
  std::string text = design_text(table, labels);
  if (!table.undefined.empty()) return text + fmt::format("no effects: {}\n", table.undefined);
  Reasons reasons;
  text += "\n" + terms_text(table, is_response, reasons);
  text += "\n" + shares_text(table, reasons) + "\n";
  text += fmt::format("residual: {} of the sum of squares, df {}\n", percent(table.residual_ss / table.total_ss),
                      table.residual_df);
  if (!std::isnan(table.negative_share))
    text += fmt::format("negative eigenvalues: {} of all, in absolute value\n", percent(table.negative_share));
  text += reasons.text();
  text += "share: of the variance between runs of different seeds; its interval is a jackknife over seeds\n";
  text += is_response ? "eta², omega², F: type II\n" : "R², omega², F: type II, as vegan's adonis2\n";
  if (std::any_of(table.terms.begin(), table.terms.end(), [](const auto& one) { return one.test == EffectTest::free; }))
    text += "free permutations test adonis2's null: that labels, seeds among them, mean nothing at all\n";
  return text;
}

}  // namespace

std::string text_of(const EffectTable& table, const FactorialLabels& labels) {
  return table_text(table, labels, false);
}

std::string text_of(const ResponseTable& table, const FactorialLabels& labels) {
  std::string text = table_text(table.effects, labels, true);
  if (table.contrasts.empty()) return text;
  TextTable contrasts({"difference by seed", "", "95 %", "t", "seeds", "p", "Holm"});
  Reasons reasons;
  for (const LevelContrast& one : table.contrasts) {
    const FactorLabels& factor = labels.factors[one.factor];
    const std::string name = fmt::format("{}: {} - {}", factor.name, factor.levels[one.a], factor.levels[one.b]);
    const bool has_interval = one.no_interval.empty();
    contrasts.add({name, number(one.difference, "{:.4g}"),
                   has_interval ? fmt::format("[{:.4g}, {:.4g}]", one.low, one.high) : "-", number(one.t, "{:.3g}"),
                   fmt::format("{}", one.n_seeds), p_text(one.p), p_text(one.p_holm)});
    if (!has_interval) reasons.add("interval", name, one.no_interval);
  }
  return text + "\n" + contrasts.text() + reasons.text();
}

}  // namespace cohort::app
