// Runs a target over files, without libFuzzer: what the corpus holds stays mended.
//
//   fuzz_replay TARGET FILE|FOLDER…
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/targets.h"

namespace tocsin::fuzz {
namespace {

constexpr int kUsage = 2;

using Target = void (*)(std::string_view);

const std::map<std::string, Target> kTargets = {
    {"csv_reader", csv_reader},
    {"journal_reader", journal_reader},
    {"line_framer", line_framer},
    {"ndjson_reader", ndjson_reader},
    {"policy", policy},
    {"record_decoder", record_decoder},
    {"record_protocol", record_protocol},
    {"warning_protocol", warning_protocol},
};

void collect(const std::filesystem::path& path, std::vector<std::filesystem::path>& files) {
  if (!std::filesystem::is_directory(path)) {
    files.push_back(path);
    return;
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
}

// False when the file cannot be read. A target that finds something does not come back.
bool replay(Target target, const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", file.c_str());
    return false;
  }
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::printf("%s\n", file.c_str());
  std::fflush(stdout);  // the last one named is the one that crashed
  target(bytes);
  return true;
}

int main_of(const std::vector<std::string>& arguments) {
  const auto target = arguments.empty() ? kTargets.end() : kTargets.find(arguments[0]);
  std::vector<std::filesystem::path> files;
  for (size_t i = 1; i < arguments.size(); ++i) collect(arguments[i], files);
  if (target == kTargets.end() || files.empty()) {
    std::fprintf(stderr, "fuzz_replay TARGET FILE|FOLDER…, with at least one file. Targets:");
    for (const auto& [name, run] : kTargets) std::fprintf(stderr, " %s", name.c_str());
    std::fprintf(stderr, "\n");
    return kUsage;
  }
  for (const auto& file : files) {
    if (!replay(target->second, file)) return kUsage;
  }
  return 0;
}

}  // namespace
}  // namespace tocsin::fuzz

int main(int argc, char** argv) { return tocsin::fuzz::main_of({argv + 1, argv + argc}); }
