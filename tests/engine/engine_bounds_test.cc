// What the engine holds in memory, does at once and searches through is bounded.
#include <gtest/gtest.h>

#include "tests/engine/engine_fixture.h"

namespace tocsin {
namespace {

using namespace testing_engine;

TEST(EngineBounds, StaysWithinItsMemoryWhileSubjectsComeAndGo) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  options.shards = 2;
  options.memory_bytes = 200'000;
  Script script;
  for (int batch = 0; batch < 40; ++batch) {
    std::string text;
    for (int i = 0; i < 100; ++i) text += promise(batch * 100 + i, "2025-06-01");
    script.lines(text);
  }
  const auto engine = open(program_of(kBroken), options);
  Heard heard;
  ASSERT_TRUE(engine->run(script, heard).ok());
  EXPECT_LE(engine->cached_bytes(), 2 * options.memory_bytes);
  ASSERT_TRUE(engine->advance_clock(kJanuary + 365 * kDay, heard).ok());
  EXPECT_EQ(heard.messages.size(), 4000u) << "what was dropped is read back when it is due";
}

TEST(EngineBounds, AConditionThatTiesManyRecordsTogetherEndsAndIsCounted) {
  const auto program = program_of(
      "rule tied { on promise a then promise b within 1y then promise c within 1y\n"
      "  then promise d within 1y then promise e within 1y then promise f within 1y\n"
      "  then promise g within 1y\n"
      "  where length(a.id) + length(b.id) + length(c.id) + length(d.id) + length(e.id) +\n"
      "    length(f.id) + length(g.id) > 1000 level red }");
  const auto engine = open(program, {});
  std::string text;
  for (int i = 0; i < 34; ++i) {
    text += R"({"type":"promise","subject":"s","due":"2025-06-01","id":)" + std::to_string(i) +
            R"(,"time":"2025-01-01T00:00:)" + std::to_string(10 + i) + "\"}\n";
  }
  Script script;
  Heard heard;
  ASSERT_TRUE(engine->run(script.lines(text), heard).ok());
  ASSERT_EQ(engine->faults().size(), 1u);
  EXPECT_EQ(engine->faults()[0].rule, "tied");
}

TEST(EngineBounds, WhatFallsDueTogetherIsToldStepByStepInOrderOfTime) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  options.keys_a_step = 10;
  const auto engine = open(program_of(kBroken), options);
  std::string text;
  for (int i = 0; i < 28; ++i) text += promise(i, "2025-01-" + std::to_string(10 + (5 * i) % 7));
  Script script;
  script.lines(text);
  Heard heard;
  ASSERT_TRUE(engine->run(script, heard).ok());
  const int batches = heard.batches;
  class Asking : public Heard {
   public:
    explicit Asking(const Engine& engine) : engine_(engine) {}
    void told(const Messages& some) override {
      Heard::told(some);
      EXPECT_EQ(engine_.last_seq(), messages.size());
      EXPECT_EQ(engine_.read_log(0, 1 << 20).messages.size(), messages.size());
      EXPECT_EQ(batches, 0) << "the report comes last";
    }

   private:
    const Engine& engine_;
  } asking(*engine);
  ASSERT_TRUE(engine->advance_clock(kJanuary + 31 * kDay, asking).ok());
  EXPECT_EQ(batches, 1);
  EXPECT_EQ(asking.batches, 1);
  ASSERT_EQ(asking.messages.size(), 28u);
  EXPECT_LE(asking.most_at_once, 10u);
  const auto raised = [](const std::string& json) { return json.substr(json.find("\"raised\":")); };
  EXPECT_TRUE(std::is_sorted(asking.messages.begin(), asking.messages.end(),
                             [&](const auto& a, const auto& b) { return raised(a) < raised(b); }));
}

TEST(EngineBounds, MessagesAreSavedBeforeTheyFillMemory) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  options.keys_a_step = 10;
  options.memory_bytes = 100'000;
  const auto engine = open(program_of("rule many { on promise p level red }"), options);
  Script script;
  for (int batch = 0; batch < 100; ++batch) {
    std::string text;
    for (int i = 0; i < 10; ++i) text += promise(batch * 10 + i, "2025-01-10");
    script.lines(text);
  }
  Weighing weighing(*engine);
  ASSERT_TRUE(engine->run(script, weighing).ok());
  EXPECT_EQ(weighing.messages.size(), 1000u);
  EXPECT_GT(weighing.all_bytes, 4 * options.memory_bytes);
  EXPECT_LT(weighing.most_bytes, 2 * options.memory_bytes);
}

TEST(EngineBounds, RejectsAreSavedBeforeTheyFillMemory) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  options.memory_bytes = 100'000;
  const auto engine = open(program_of(kBroken), options);
  Script script;
  for (int batch = 0; batch < 100; ++batch) {
    std::string text;
    for (int i = 0; i < 10; ++i) text += std::string(1'000, 'x') + "\n";
    script.lines(text);
  }
  Weighing weighing(*engine);
  ASSERT_TRUE(engine->run(script, weighing).ok());
  EXPECT_GT(weighing.most_bytes, 10'000u) << "those of a batch at least";
  EXPECT_LT(weighing.most_bytes, options.memory_bytes);
  EXPECT_EQ(engine->rejects(0, 2'000).size(), 1'000u);
  EXPECT_EQ(engine->cached_bytes(), 0u) << "all is saved";
}

}  // namespace
}  // namespace tocsin
