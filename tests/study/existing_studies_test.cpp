#include <cohort/core/hash.hpp>
#include <cohort/study/design.hpp>

#include <gtest/gtest.h>

#include <filesystem>

namespace cohort::test {
namespace {

/// What the results files of the example studies are identified by, today and by earlier versions. These never change
/// as long as the results do not.
struct Pinned {
  const char* study;
  std::size_t n_runs;
  const char* levels;       ///< hash of the versioned texts of all levels, a line each
  const char* former_keys;  ///< hash of the runs' keys of earlier versions, now those of their random streams
  const char* former_study_key;
  const char* keys;  ///< hash of the runs' keys, a line each
  const char* study_key;
};

class ExistingStudies : public testing::TestWithParam<Pinned> {};

TEST_P(ExistingStudies, keep_their_versioned_texts_and_keys) {
  const Study study = read_study((std::filesystem::path(COHORT_STUDIES) / GetParam().study).string());
  std::string levels, keys, streams;
  for (const auto& factor : study.levels)
    for (const FactorLevel& level : factor) levels += level.versioned + "\n";
  for (const std::int64_t seed : study.seeds) levels += std::to_string(seed) + "\n";
  const Design design = expand(study);
  for (const auto& run : design) {
    keys += run.key + "\n";
    streams += run.streams + "\n";
  }
  EXPECT_EQ(design.size(), GetParam().n_runs);
  EXPECT_EQ(hash128_hex(levels), GetParam().levels) << levels;
  EXPECT_EQ(hash128_hex(streams), GetParam().former_keys);
  EXPECT_EQ(former_study_key(study, study.name, study.stored_text()), GetParam().former_study_key);
  EXPECT_EQ(hash128_hex(keys), GetParam().keys);
  EXPECT_EQ(study_key(study), GetParam().study_key);
}

INSTANTIATE_TEST_SUITE_P(Examples, ExistingStudies,
                         testing::Values(Pinned{"generalization.toml", 20, "e366d2bd895745ba6b3da70e06543c94",
                                                "fdfd2767be5111336139958472771431", "4ce331e2761c17216b73fbc85de0207e",
                                                "a8420dce4cff41f63a6e16f963552fe2", "79c45425cd9b76ff1e39959a300edf20"},
                                         Pinned{"quickstart.toml", 24, "f7f52310fbff7416638d5fdcf91c31ed",
                                                "1bac62f899f8d3d3e852be46f54e31ed", "83ebbb2168c7603d78a889b82d6df90d",
                                                "6a7e09cdb001a1774d962a9abc2ed18a", "06ce88c16cb10717b673cd84ac156e07"},
                                         Pinned{"reach_liu_2025.toml", 9, "e6f799c3bf8857549bf36d2dc6811e7e",
                                                "3535c21a3ef0575878e87f5fea707427", "8074a27f6c73a8b817bd1138b7c4b19a",
                                                "4dda6ad5d2fa7ae9d6d61f73297c7e22", "350c481ac3bee100072ee22d11f1ca1f"},
                                         Pinned{"rules_and_cells.toml", 48, "77ea49ef6d9e720c5b87bb91827395ce",
                                                "2c0e0e173562339272325529e5139c68", "eba8a3fee578ed6ac7fc60f2513c337a",
                                                "24b7dba7aadf8a899f5af2513c64e86c",
                                                "05bab00b819c949a8251c96939bf43c8"}),
                         [](const auto& pinned) { return std::filesystem::path(pinned.param.study).stem().string(); });

}  // namespace
}  // namespace cohort::test
