// The gallery: wrong policies under diagnostics/ and, beside each, exactly what its author is told.
//
// UPDATE_GOLDEN=1 writes the .expected files anew; read the difference before keeping it. Names
// that begin with `fine_` are right and get no message.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "rules-dsl/check/check.h"
#include "rules-dsl/check/check_codes.h"
#include "rules-dsl/compile.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/diagnostic_codes.h"
#include "rules-dsl/syntax/parser.h"

namespace tocsin::dsl {
namespace {

namespace fs = std::filesystem;

const fs::path kGallery = fs::path(TOCSIN_SOURCE_DIR) / "tests/rules-dsl/diagnostics";
constexpr size_t kMistakesMin = 150;  // the gallery is meant to be wide

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> policies() {
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(kGallery)) {
    if (entry.path().extension() == ".rules") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

fs::path expected_path(fs::path policy) { return policy.replace_extension(".expected"); }

// What `tocsin check` does: what could be read is checked.
std::string messages_for(const SourceSet& sources) {
  Diagnostics diagnostics;
  Policy policy = parse(sources, diagnostics);
  check(policy, sources, diagnostics);
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    if (!text.empty()) text += "\n";
    text += render_text(diagnostic, sources);
  }
  return text;
}

std::string messages_for(const fs::path& policy) {
  SourceSet sources;
  sources.add(policy.filename().string(), read(policy));
  for (const std::string& name : attached_files(sources)) {
    const bool there = fs::exists(kGallery / name);
    sources.attach(name, {read(kGallery / name), there ? "" : "there is no " + name});
  }
  return messages_for(sources);
}

size_t count_messages(const std::string& text) {
  size_t count = 0;
  for (const char* severity : {": error R", ": warning R"}) {
    for (size_t at = text.find(severity); at != text.npos; at = text.find(severity, at + 1))
      ++count;
  }
  return count;
}

bool updating() { return std::getenv("UPDATE_GOLDEN") != nullptr; }

TEST(DiagnosticsGallery, EveryWrongPolicyGetsExactlyTheseMessages) {
  ASSERT_FALSE(policies().empty());
  for (const fs::path& policy : policies()) {
    SCOPED_TRACE(policy.filename().string());
    const std::string messages = messages_for(policy);
    if (updating()) std::ofstream(expected_path(policy), std::ios::binary) << messages;
    EXPECT_EQ(messages, read(expected_path(policy)));
  }
}

TEST(DiagnosticsGallery, RightPoliciesGetNoMessage) {
  for (const fs::path& policy : policies()) {
    if (!policy.filename().string().starts_with("fine_")) continue;
    EXPECT_EQ(messages_for(policy), "") << policy.filename();
  }
}

TEST(DiagnosticsGallery, EveryCodeIsShown) {
  std::string all;
  for (const fs::path& policy : policies()) all += read(expected_path(policy));
  std::set<std::string> codes;
  for (const CodeTitle& title : syntax_code_titles()) codes.emplace(title.code);
  for (const checking::CodeEntry& entry : checking::kCheckCodes) {
    const std::string number = std::to_string(static_cast<unsigned>(entry.code));
    codes.insert("R0" + number);
  }
  codes.erase(kPolicyTooLarge);  // 64 MiB are too much for a gallery; the next test has it
  for (const std::string& code : codes) {
    EXPECT_NE(all.find(" " + code + ": "), all.npos) << code << " is in no .expected file";
  }
  EXPECT_GE(count_messages(all), kMistakesMin);
}

TEST(DiagnosticsGallery, APolicyOfTooManyBytesIsRefusedWhole) {
  SourceSet sources;
  sources.add("large.rules", "//" + std::string(limits::kPolicyBytesMax - 2, 'x'));
  EXPECT_EQ(messages_for(sources), "");
  sources.add("one_more.rules", " ");
  EXPECT_NE(messages_for(sources).find(kPolicyTooLarge), std::string::npos);
}

}  // namespace
}  // namespace tocsin::dsl
