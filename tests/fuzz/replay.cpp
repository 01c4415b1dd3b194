// Replays the corpora, and damaged copies of their files, without libFuzzer: no crash, no hang.
//
//   fuzz_replay CORPUS [TARGET]

#include "fuzz_targets.hpp"

#include <cohort/core/log.hpp>

#include <support/sanitizers.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace {

using Input = std::vector<std::uint8_t>;

Input bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A copy that is cut, or of which a byte is another.
Input damaged(Input input, std::uint64_t seed) {
  if (input.empty()) return input;
  const std::uint64_t bits = (seed + 1) * 0x9e3779b97f4a7c15U;
  const std::size_t place = (bits >> 20) % input.size();
  if (seed % 4 == 0) input.resize(place);
  if (seed % 4 != 0) input[place] = static_cast<std::uint8_t>(input[place] ^ (1U << (bits % 8)));
  return input;
}

/// Returns how many inputs there were; 0 after an error.
int replay(const cohort::fuzz::Target& target, const std::filesystem::path& corpus) {
  constexpr std::uint64_t n_damaged = 40;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(corpus / target.name)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  int n = 0;
  for (const auto& path : paths) {
    const Input whole = bytes_of(path);
    for (std::uint64_t seed = 0; seed <= n_damaged; ++seed, ++n) {
      const Input input = seed == n_damaged ? whole : damaged(whole, seed);
      try {
        target.decode(input);
      } catch (const std::exception& error) {
        std::printf("%s, damaged %d: %s\n", path.c_str(), static_cast<int>(seed), error.what());
        return 0;
      }
    }
  }
  return n;
}

}  // namespace

int main(int argc, char** argv) {
  const rlimit memory{std::uint64_t{8} << 30, std::uint64_t{8} << 30};
  if (argc < 2) return 2;
  if (!cohort::test::is_sanitized) setrlimit(RLIMIT_AS, &memory);
  cohort::set_log_level(cohort::LogLevel::error);
  for (const auto& target : cohort::fuzz::targets()) {
    if (argc > 2 && target.name != std::string(argv[2])) continue;
    std::printf("%s\n", target.name);
    std::fflush(stdout);
    if (replay(target, argv[1]) == 0) return 1;
  }
  return 0;
}
