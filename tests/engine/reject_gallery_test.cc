// Wrong records and what is said of each: tests/engine/rejects/*.ndjson beside *.expected.
//
// UPDATE_GOLDEN=1 rewrites the expectations; read the difference before you commit it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/engine.h"
#include "rules-dsl/compile.h"
#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(TOCSIN_SOURCE_DIR) / "tests/engine/rejects";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class OneChunk : public BatchSource {
 public:
  explicit OneChunk(std::string bytes) : bytes_(std::move(bytes)) {}
  bool next(Batch& batch) override {
    batch = {};
    if (bytes_.empty()) return false;
    Chunk& chunk = batch.chunks.emplace_back();
    chunk.source = "gallery";
    chunk.bytes = std::exchange(bytes_, "");
    chunk.bytes.reserve(chunk.bytes.size() + limits::kPaddingBytes);
    return true;
  }

 private:
  std::string bytes_;
};

class Listing : public BatchSink {
 public:
  void told(const Messages&) override {}
  void published(const BatchReport& report) override {
    for (const Reject& reject : report.rejects) {
      text << reject.line << ": " << (reject.field.empty() ? "" : "`" + reject.field + "`: ")
           << reject.reason << "\n";
    }
    text << report.received << " received, " << report.applied << " applied, "
         << report.rejects.size() << " rejected\n";
  }
  std::ostringstream text;
};

std::string listing_of(const fs::path& records) {
  dsl::SourceSet sources;
  // strict_*.ndjson meets a stricter policy.
  const bool strict = records.filename().string().starts_with("strict_");
  const char* policy = strict ? "strict.rules" : "policy.rules";
  sources.add(policy, read_file(kFolder / policy));
  const dsl::Compiled compiled = dsl::compile(sources);
  if (compiled.program == nullptr) return "the policy does not compile";
  auto engine = Engine::open(compiled.program, {});
  OneChunk source(read_file(records));
  Listing listing;
  if (!engine || !(*engine)->run(source, listing)) return "the engine failed";
  return listing.text.str();
}

TEST(RejectGallery, EveryWrongRecordGetsItsMessage) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".ndjson") continue;
    ++files;
    const std::string listing = listing_of(entry.path());
    fs::path expected = entry.path();
    expected.replace_extension(".expected");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(expected) << listing;
    EXPECT_EQ(listing, read_file(expected)) << entry.path();
  }
  EXPECT_EQ(files, 4);
}

}  // namespace
}  // namespace tocsin
