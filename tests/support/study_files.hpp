#pragma once

#include <cohort/study/study.hpp>

#include <support/temporary_directory.hpp>

#include <gtest/gtest.h>

#include <string>

namespace cohort::test {

/// A test that reads study files from a directory of its own.
class StudyFiles : public testing::Test {
 protected:
  /// Nine lines; what a test adds starts in line 10.
  static constexpr const char* kExample =
      "[study]\n"
      "name = \"example\"\n"
      "[task]\n"
      "name = \"context_integration_mante_2013\"\n"
      "[factors]\n"
      "rule = [\"bptt\", \"eprop\"]\n"
      "architecture = \"ctrnn/units=10\"\n"
      "initialization = [\"gaussian\", \"orthogonal\"]\n"
      "seed = 3\n";

  /// The example with `from` replaced and `added` at its end.
  static std::string example(const std::string& from = "", const std::string& to = "", const std::string& added = "") {
    std::string text = kExample;
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("the example has no '" + from + "'");
    return text.replace(at, from.size(), to) + added;
  }

  static std::string example_and(const std::string& added) { return example("", "", added); }

  Study read(const std::string& text, const std::string& name = "study.toml") const {
    return read_study(directory_.write(name, text));
  }

  TemporaryDirectory directory_;
};

}  // namespace cohort::test
