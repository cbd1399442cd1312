// What falls out of every window leaves memory; what comes late or is put right is told exactly as
// if nothing had left.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/store/data_folder.h"
#include "engine/store/state_store.h"
#include "rules-dsl/plan/plan.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/policy_text.h"

namespace tocsin {
namespace {

constexpr int kRows = 100'000;
constexpr int kRowsABatch = 2'000;
constexpr int64_t kStart = 1'735'689'600'000'000;  // 2025-01-01T00:00:00Z
constexpr int64_t kFiveMinutes = 300'000'000;      // so a window of 10 days holds 2,880 rows

std::shared_ptr<const plan::Program> program_of(const std::string& text) {
  const testing::CheckedPolicy checked =
      testing::check_policy_text("policy \"test\" { timezone \"UTC\" }\n" + text);
  EXPECT_EQ(checked.mistakes, "");
  return plan::plan(checked.policy);
}

const char* const kWindow =
    "record reading { value int }\n"
    "rule high { while count(reading where value > 8 over 10d) >= 3 level red }";

const char* const kPatterns =
    "record filler { n int }\n"
    "record call { n int }\nrecord name { label text }\n"
    "record first { n int }\nrecord second { n int }\n"
    "record order { n int }\nrecord answer { of text }\n"
    "profile { label from name }\n"
    "rule filled { while count(filler over 1h) >= 2 level red }\n"
    "rule known { on call c where subject.label == \"Acme\" level red say \"{subject.label}\" }\n"
    "rule pair { on first f then second s within 10d level red say \"{f.id} {s.id}\" }\n"
    "rule missing { on order o then no answer a within 20d where a.of == o.id level red }\n";

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

std::string time_of(int64_t micros) {
  static const auto program = program_of(kWindow);
  return program->calendar->format_time(micros);
}

std::string record(const std::string& type, const std::string& id, int64_t time,
                   const std::string& more) {
  return "{\"type\":\"" + type + "\",\"id\":\"" + id + "\",\"subject\":\"s\",\"time\":\"" +
         time_of(time) + "\"," + more + "}\n";
}

std::string reading(const std::string& id, int64_t place, int value, const std::string& more = "") {
  return record("reading", id, kStart + place * kFiveMinutes,
                "\"value\":" + std::to_string(value) + more);
}

std::string retraction(const std::string& id) {
  return "{\"type\":\"retract\",\"id\":\"r" + id +
         "\",\"time\":\"2025-01-01\",\"subject\":\"s\",\"target_type\":\"reading\",\"target\":\"" +
         id + "\"}\n";
}

// An engine in memory, which lets go of nothing, and one on a data directory.
class EnginePruneTest : public ::testing::Test {
 protected:
  void start(const std::string& policy) {
    program_ = program_of(policy);
    options_.threads = 1;
    options_.checkpoint_bytes = 1;
    memory_ = open();
    options_.data = temp_.path() / "data";
    pruned_ = open();
  }

  void start_with_a_long_history() {
    start(kWindow);
    std::string lines;
    for (int i = 0; i < kRows; ++i) {
      lines += reading(std::to_string(i), i, i % 5'000 < 3 ? 9 : 1);
      if ((i + 1) % kRowsABatch == 0) both(std::exchange(lines, {}));
    }
  }

  std::unique_ptr<Engine> open() {
    auto engine = Engine::open(program_, options_);
    EXPECT_TRUE(engine.ok());
    return std::move(*engine);
  }

  // Both are told the same and say the same.
  void both(const std::string& lines) {
    testing_engine::Script first, second;
    first.lines(lines, kStart);
    second.lines(lines, kStart);
    const size_t before = heard_.text.size();
    EXPECT_TRUE(memory_->run(first, heard_).ok());
    Heard heard;
    EXPECT_TRUE(pruned_->run(second, heard).ok());
    EXPECT_EQ(heard.text.substr(0, 2'000), heard_.text.substr(before, 2'000));
    EXPECT_EQ(heard.text.size(), heard_.text.size() - before);
  }
  void expect_the_same() { EXPECT_EQ(pruned_->net_result(), memory_->net_result()); }

  TempDir temp_;
  std::shared_ptr<const plan::Program> program_;
  EngineOptions options_;
  std::unique_ptr<Engine> memory_, pruned_;
  Heard heard_;
};

TEST_F(EnginePruneTest, ALongHistoryTakesTheMemoryOfItsWindow) {
  start_with_a_long_history();
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
  start_with_a_long_history();
  both(reading("late", 20'002, 9));
  expect_the_same();
  both(reading("5001", 5'001, 9));  // a duplicate
  both(reading("10001", 10'001, 1, ",\"version\":2"));
  expect_the_same();
  both(reading("15001", 99'999, 9, ",\"version\":2"));  // moves to the present
  both(reading("25001", 99'998, 9));                    // a conflict, although its time is new
  both(retraction("30001") + reading("30001", 30'001, 9));
  expect_the_same();
  both(retraction("late") + reading("late", 20'002, 9, ",\"version\":1"));
  both(reading("40001", 40'001, 1, ",\"version\":3") + reading("now", 100'000, 9) +
       reading("40002", 40'002, 2, ",\"version\":1") + retraction("now"));
  expect_the_same();
  pruned_ = nullptr;
  pruned_ = open();
  expect_the_same();
  both(reading("50001", 50'001, 1, ",\"version\":1"));
  expect_the_same();
}

TEST_F(EnginePruneTest, WhatPatternsAndTheProfileStillLookAtStays) {
  constexpr int64_t kHour = 3'600'000'000;
  options_.snapshot_spacing = options_.prune_rows = 1;
  start(kPatterns);
  both(record("name", "n", kStart, "\"label\":\"Acme\"") + record("first", "f", kStart, "\"n\":1") +
       record("order", "o1", kStart, "\"n\":1") + record("order", "o2", kStart, "\"n\":2"));
  for (int hour = 1; hour < 30 * 24; ++hour) {
    const int64_t time = kStart + hour * kHour;
    std::string lines = record("filler", std::to_string(hour), time - kHour / 2, "\"n\":1");
    if (hour == 5 * 24) lines += record("answer", "a", time, "\"of\":\"o1\"");
    if (hour == 10 * 24) lines += record("second", "s", time, "\"n\":1");
    if (hour == 29 * 24) lines += record("call", "c", time, "\"n\":1");
    both(lines);
  }
  expect_the_same();
  const std::vector<std::string> net = pruned_->net_result();
  EXPECT_EQ(net.size(), 3u) << "known, missing (o2) and pair";
}

}  // namespace
}  // namespace tocsin
