#include <cohort/report/csv_tables.hpp>

#include <cohort/core/csv_writer.hpp>
#include <cohort/core/errors.hpp>
#include <cohort/similarity/measures.hpp>
#include <cohort/store/run_table.hpp>
#include <cohort/store/value_types.hpp>
#include <cohort/study/layer_choice.hpp>
#include <cohort/study/study.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <vector>

namespace cohort {
namespace {

const std::string kSimilarity = "/similarity/", kToRecordings = "_recording";

/// What the file keeps for its own sake.
bool is_bookkeeping(const std::string& path) { return path.ends_with("made_from") || path.ends_with("checksum"); }

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// A dataset of numbers as fields: codes by their names, -1 of whole numbers and NaN as nothing.
std::vector<std::string> fields_of(ResultsFile& file, const std::string& path, const Extent& start,
                                   const Extent& count) {
  const std::vector<std::string> names = words_of(file.attribute(path, "flag_meanings"));
  std::vector<std::string> fields;
  with_value_of(file.value_type(path), [&](auto type) {
    using Value = decltype(type);
    for (const Value value : file.read<Value>(path, start, count)) {
      if constexpr (std::is_floating_point_v<Value>)
        fields.push_back(csv_number(value));
      else if (!names.empty())
        fields.push_back(static_cast<std::size_t>(value) < names.size() ? names[static_cast<std::size_t>(value)] : "");
      else
        fields.push_back(std::is_signed_v<Value> && value == static_cast<Value>(-1) ? "" : fmt::format("{}", +value));
    }
  });
  return fields;
}

std::vector<std::string> fields_of(ResultsFile& file, const std::string& path) {
  const Extent all = file.extent(path);
  return fields_of(file, path, Extent(all.size(), 0), all);
}

/// A column of the table of runs: its field for a run at a level.
struct RunColumn {
  std::string name;
  std::function<std::string(std::size_t run, std::size_t level)> field;
};

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// The columns of the table of runs.
class RunColumns {
 public:
  explicit RunColumns(ResultsFile& file) : file_(file), table_(file) {
    add_design();
    for (const std::string& group : file.groups())
      if (group != "/design" && group != "/curves" && group != "/task")
        for (const std::string& path : file.datasets(group)) add_dataset(path);
    for (const std::string& curve : table_.curve_names()) add_curve(curve);
  }

  const std::vector<RunColumn>& columns() const { return columns_; }
  std::size_t n_runs() const { return table_.n_runs(); }
  std::size_t n_levels() const { return table_.levels().size(); }

 private:
  using Fields = std::vector<std::string>;

  void add(const std::string& name, std::function<std::string(std::size_t, std::size_t)> field) {
    if (names_.insert(name).second) columns_.push_back({name, std::move(field)});
  }
  void add_of_run(const std::string& name, Fields fields) {
    add(name, [fields = std::move(fields)](std::size_t run, std::size_t) { return fields[run]; });
  }

  void add_design() {
    add("run", [](std::size_t run, std::size_t) { return fmt::format("{}", run); });
    add("level", [this](std::size_t, std::size_t level) { return table_.levels()[level]; });
    for (int factor = 0; factor < n_factors; ++factor) {
      const std::string name = factor_name(static_cast<Factor>(factor));
      const std::string texts = "/design/" + name + "_text";
      add_of_run(name, file_.has(texts) ? file_.read_text(texts) : fields_of(file_, "/design/" + name));
    }
    add_of_run("key", table_.keys());
  }

  /// A number of each run, or of each run at each level; others are no columns.
  void add_dataset(const std::string& path) {
    if (file_.is_text(path) || is_bookkeeping(path)) return;
    const std::vector<std::string> axes = file_.axes(path);
    if (axes == std::vector<std::string>{"run"}) return add_of_run(last_part(path), fields_of(file_, path));
    if (axes == std::vector<std::string>{"run", "moment"}) return add_moments(path);
    if (axes != std::vector<std::string>{"run", "level"}) return;
    add(last_part(path), [fields = fields_of(file_, path), n = n_levels()](std::size_t run, std::size_t level) {
      return fields[run * n + level];
    });
  }

  void add_moments(const std::string& path) {
    const Fields moments = file_.read_text("/networks/moment"), fields = fields_of(file_, path);
    for (std::size_t moment = 0; moment < moments.size(); ++moment)
      add(moments[moment] + "_" + last_part(path),
          [fields, moment, n = moments.size()](std::size_t run, std::size_t) { return fields[run * n + moment]; });
  }

  /// Its value where the level was reached.
  void add_curve(const std::string& curve) {
    std::string name = curve;
    std::replace(name.begin(), name.end(), '/', '_');
    add(name, [this, curve](std::size_t run, std::size_t level) {
      const int update = table_.read_update(run, level);
      if (update < 0) return std::string();
      return csv_number(file_.read<float>("/curves/" + curve, {run, static_cast<std::size_t>(update)}, {1, 1}).front());
    });
  }

  ResultsFile& file_;
  RunTable table_;
  std::set<std::string> names_;
  std::vector<RunColumn> columns_;
};

std::vector<bool> ended_runs(ResultsFile& file) {
  std::vector<bool> ended;
  for (const RunStatus status : RunTable(file).read_status())
    ended.push_back(status == RunStatus::done || status == RunStatus::diverged);
  return ended;
}

/// Datasets of distances along these axes, which say by what measure.
std::vector<std::string> distances_along(ResultsFile& file, const std::vector<std::string>& axes) {
  std::vector<std::string> paths;
  for (const std::string& path : file.datasets("/similarity"))
    if (!file.attribute(path, "measure").empty() && file.has(path + "_made_from") && file.axes(path) == axes)
      paths.push_back(path);
  return paths;
}

/// What stands around the distances to recordings at `path`: names of columns by dataset.
std::map<std::string, std::string> beside_recordings(ResultsFile& file, const std::string& path) {
  std::map<std::string, std::string> columns;
  for (const std::string& other : file.datasets("/similarity"))
    if (other.starts_with(path + "_") && !is_bookkeeping(other) && file.axes(other) == file.axes(path))
      columns[other.substr(path.size() + 1)] = other;
  return columns;
}

}  // namespace

std::size_t write_run_table(ResultsFile& file, const std::string& path) {
  RunColumns table(file);
  CsvWriter csv(path);
  std::vector<std::string> fields;
  for (const RunColumn& column : table.columns()) fields.push_back(column.name);
  csv.row(fields);
  for (std::size_t run = 0; run < table.n_runs(); ++run)
    for (std::size_t level = 0; level < table.n_levels(); ++level) {
      fields.clear();
      for (const RunColumn& column : table.columns()) fields.push_back(column.field(run, level));
      csv.row(fields);
    }
  csv.close();
  return table.n_runs() * table.n_levels();
}

std::size_t write_distance_table(ResultsFile& file, const std::string& path) {
  const std::vector<std::string> levels = RunTable(file).levels();
  const std::vector<bool> ended = ended_runs(file);
  CsvWriter csv(path);
  csv.row({"run", "other_run", "level", "measure", "value"});
  std::size_t n = 0;
  for (const std::string& dataset : distances_along(file, {"level", "run", "other_run"})) {
    const std::string measure = file.attribute(dataset, "measure");
    const bool is_symmetric = measures().make(measure_at_layer(measure).measure)->traits().is_symmetric;
    for (std::size_t level = 0; level < levels.size(); ++level)
      for (std::size_t run = 0; run < ended.size(); ++run) {
        if (!ended[run]) continue;
        const auto fields = fields_of(file, dataset, {level, run, 0}, {1, 1, ended.size()});
        for (std::size_t other = is_symmetric ? run + 1 : 0; other < ended.size(); ++other) {
          if (!ended[other] || other == run) continue;
          csv.row({fmt::format("{}", run), fmt::format("{}", other), levels[level], measure, fields[other]});
          ++n;
        }
      }
  }
  csv.close();
  return n;
}

std::size_t write_recording_table(ResultsFile& file, const std::string& path) {
  const std::vector<std::string> levels = RunTable(file).levels();
  const std::vector<bool> ended = ended_runs(file);
  std::vector<std::string> datasets;
  for (const std::string& dataset : distances_along(file, {"level", "run", "recording"}))
    if (dataset.ends_with(kToRecordings)) datasets.push_back(dataset);
  std::set<std::string> around;
  for (const std::string& dataset : datasets)
    for (const auto& [name, other] : beside_recordings(file, dataset)) around.insert(name);
  CsvWriter csv(path);
  std::vector<std::string> head{"run", "recording", "level", "measure", "value"};
  head.insert(head.end(), around.begin(), around.end());
  csv.row(head);
  std::size_t n_rows = 0;
  for (const std::string& dataset : datasets) {
    const auto names = file.read_text(kSimilarity + "recording");
    const auto values = fields_of(file, dataset);
    std::map<std::string, std::vector<std::string>> others;
    for (const auto& [name, other] : beside_recordings(file, dataset)) others[name] = fields_of(file, other);
    for (std::size_t level = 0, i = 0; level < levels.size(); ++level)
      for (std::size_t run = 0; run < ended.size(); ++run)
        for (std::size_t recording = 0; recording < names.size(); ++recording, ++i) {
          if (!ended[run]) continue;
          std::vector<std::string> row{fmt::format("{}", run), names[recording], levels[level],
                                       file.attribute(dataset, "measure"), values[i]};
          for (const std::string& name : around) row.push_back(others.contains(name) ? others[name][i] : "");
          csv.row(row);
          ++n_rows;
        }
  }
  csv.close();
  return n_rows;
}

}  // namespace cohort
