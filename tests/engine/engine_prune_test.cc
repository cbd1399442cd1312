// What falls out of every window leaves memory; what comes late or is put right is told exactly as
// if nothing had left.
#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/store/data_folder.h"
#include "engine/store/state_store.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/plan/plan.h"
#include "tests/support/policy_text.h"
#include "tests/support/temp_dir.h"

namespace tocsin {
namespace {

constexpr int kRows = 100'000;
constexpr int kRowsABatch = 2'000;
constexpr int64_t kStart = 1'735'689'600'000'000;  // 2025-01-01T00:00:00Z
constexpr int64_t kFiveMinutes = 300'000'000;      // so a window of 10 days holds 2,880 rows

std::shared_ptr<const plan::Program> program() {
  const testing::CheckedPolicy checked = testing::check_policy_text(
      "policy \"test\" { timezone \"UTC\" }\nrecord reading { value int }\n"
      "rule high { while count(reading where value > 8 over 10d) >= 3 level red }");
  EXPECT_EQ(checked.mistakes, "");
  return plan::plan(checked.policy);
}

// One batch.
class Once : public BatchSource {
 public:
  explicit Once(std::string lines) : lines_(std::move(lines)) {}
  bool next(Batch& batch) override {
    if (lines_.empty()) return false;
    batch.wall_micros = kStart;
    Chunk& chunk = batch.chunks.emplace_back();
    chunk.lines = static_cast<uint32_t>(std::count(lines_.begin(), lines_.end(), '\n'));
    chunk.bytes = std::exchange(lines_, {});
    chunk.bytes.reserve(chunk.bytes.size() + limits::kPaddingBytes);
    return true;
  }

 private:
  std::string lines_;
};

// All that one engine says.
class Heard : public BatchSink {
 public:
  void told(const Messages& some) override {
    for (const auto& message : some) text += message->json + "\n";
  }
  void published(const BatchReport& report) override {
    text += std::to_string(report.applied) + " applied, " + std::to_string(report.duplicates) +
            " duplicates, " + std::to_string(report.outdated) + " outdated, " +
            std::to_string(report.rejects.size()) + " rejected\n";
  }
  std::string text;
};

std::string line(const std::string& id, int64_t minute_5, int value, const std::string& more = "") {
  const auto micros = program()->calendar->format_time(kStart + minute_5 * kFiveMinutes);
  return "{\"type\":\"reading\",\"id\":\"" + id + "\",\"subject\":\"s\",\"time\":\"" + micros +
         "\",\"value\":" + std::to_string(value) + more + "}\n";
}

std::string retraction(const std::string& id) {
  return "{\"type\":\"retract\",\"id\":\"r" + id +
         "\",\"time\":\"2025-01-01\",\"subject\":\"s\",\"target_type\":\"reading\",\"target\":\"" +
         id + "\"}\n";
}

class EnginePruneTest : public ::testing::Test {
 protected:
  EnginePruneTest() {
    options_.threads = 1;
    options_.checkpoint_bytes = 1;
    memory_ = open();
    options_.data = temp_.path() / "data";
    pruned_ = open();
    std::string lines;
    const auto calendar = program()->calendar;
    for (int i = 0; i < kRows; ++i) {
      lines += "{\"type\":\"reading\",\"id\":\"" + std::to_string(i) +
               "\",\"subject\":\"s\",\"time\":\"" +
               calendar->format_time(kStart + i * kFiveMinutes) +
               "\",\"value\":" + std::to_string(i % 5'000 < 3 ? 9 : 1) + "}\n";
      if ((i + 1) % kRowsABatch == 0) both(std::exchange(lines, {}));
    }
  }

  std::unique_ptr<Engine> open() {
    auto engine = Engine::open(program(), options_);
    EXPECT_TRUE(engine.ok());
    return std::move(*engine);
  }

  // Both are told the same and say the same.
  void both(const std::string& lines) {
    Once first(lines), second(lines);
    const size_t before = heard_.text.size();
    EXPECT_TRUE(memory_->run(first, heard_).ok());
    Heard heard;
    EXPECT_TRUE(pruned_->run(second, heard).ok());
    EXPECT_EQ(heard.text.substr(0, 2'000), heard_.text.substr(before, 2'000));
    EXPECT_EQ(heard.text.size(), heard_.text.size() - before);
  }
  void expect_the_same() { EXPECT_EQ(pruned_->net_result(), memory_->net_result()); }

  TempDir temp_;
  EngineOptions options_;
  std::unique_ptr<Engine> memory_, pruned_;
  Heard heard_;
};

TEST_F(EnginePruneTest, ALongHistoryTakesTheMemoryOfItsWindow) {
  EXPECT_EQ(memory_->net_result().size(), 20u);
  expect_the_same();
  EXPECT_LT(pruned_->cached_bytes(), memory_->cached_bytes() / 5);
  pruned_ = nullptr;
  auto store = StateStore::open(options_.data / kStateFolder);
  ASSERT_TRUE(store.ok());
  auto saved = (*store)->key_state(0, "s");
  ASSERT_TRUE(saved.ok() && saved.value());
  EXPECT_LT((*saved.value()).state.size(), 1'500'000u) << "what every checkpoint writes";
  EXPECT_GT((*saved.value()).cold.chunks.size(), 3u) << "what is written once";
}

TEST_F(EnginePruneTest, WhatConcernsADroppedRowComesOutAsIfItWereThere) {
  both(line("late", 20'002, 9));
  expect_the_same();
  both(line("5001", 5'001, 9));  // a duplicate
  both(line("10001", 10'001, 1, ",\"version\":2"));
  expect_the_same();
  both(line("15001", 99'999, 9, ",\"version\":2"));  // moves to the present
  both(line("25001", 99'998, 9));                    // a conflict, although its time is new
  both(retraction("30001") + line("30001", 30'001, 9));
  expect_the_same();
  both(retraction("late") + line("late", 20'002, 9, ",\"version\":1"));
  both(line("40001", 40'001, 1, ",\"version\":3") + line("now", 100'000, 9) +
       line("40002", 40'002, 2, ",\"version\":1") + retraction("now"));
  expect_the_same();
  pruned_ = nullptr;
  pruned_ = open();
  expect_the_same();
  both(line("50001", 50'001, 1, ",\"version\":1"));
  expect_the_same();
}

}  // namespace
}  // namespace tocsin
