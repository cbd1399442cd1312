// The engine through its public interface: clocks, durability, another policy, bounded memory.
#include "engine/engine.h"

#include <gtest/gtest.h>

#include <deque>

#include "rules-dsl/compile.h"
#include "rules-dsl/limits.h"
#include "tests/support/temp_dir.h"

namespace tocsin {
namespace {

constexpr int64_t kDay = 86'400'000'000;
constexpr int64_t kJanuary = 1'735'689'600'000'000;  // 2025-01-01T00:00:00Z

std::shared_ptr<const plan::Program> program_of(const std::string& rules) {
  dsl::SourceSet sources;
  sources.add("test.rules",
              "policy \"test\" { timezone \"UTC\" }\nrecord promise { due date }\n"
              "record kept { of text }\n" +
                  rules);
  const dsl::Compiled compiled = dsl::compile(sources);
  for (const auto& diagnostic : compiled.diagnostics.sorted()) {
    ADD_FAILURE() << dsl::render_text(diagnostic, sources);
  }
  return compiled.program;
}

const char* const kBroken =
    "rule broken { on promise p then no kept k before p.due where k.of == p.id level red }";

class Script : public BatchSource {
 public:
  Script& lines(const std::string& text, int64_t wall = kJanuary) {
    Batch batch;
    batch.wall_micros = wall;
    Chunk& chunk = batch.chunks.emplace_back();
    chunk.source = "script";
    chunk.first_line = line_;
    chunk.bytes = text;
    chunk.lines = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
    line_ += chunk.lines;
    chunk.bytes.reserve(text.size() + limits::kPaddingBytes);
    batches_.push_back(std::move(batch));
    return *this;
  }
  Script& tick(int64_t wall) {
    Batch batch;
    batch.wall_micros = wall;
    batches_.push_back(std::move(batch));
    return *this;
  }
  bool next(Batch& batch) override {
    if (batches_.empty()) return false;
    batch = std::move(batches_.front());
    batches_.pop_front();
    return true;
  }

 private:
  std::deque<Batch> batches_;
  uint64_t line_ = 1;
};

class Heard : public BatchSink {
 public:
  void told(const Messages& some) override {
    most_at_once = std::max(most_at_once, some.size());
    for (const auto& message : some) messages.push_back(message->json);
  }
  void published(const BatchReport&) override { ++batches; }
  int batches = 0;
  size_t most_at_once = 0;
  std::vector<std::string> messages;
};

class Weighing : public Heard {
 public:
  explicit Weighing(const Engine& engine) : engine_(engine) {}
  void told(const Messages& some) override {
    Heard::told(some);
    most_bytes = std::max(most_bytes, engine_.cached_bytes());
    for (const auto& message : some) all_bytes += message->json.size();
  }
  void published(const BatchReport& report) override {
    Heard::published(report);
    most_bytes = std::max(most_bytes, engine_.cached_bytes());
  }
  size_t most_bytes = 0;
  size_t all_bytes = 0;

 private:
  const Engine& engine_;
};

std::string promise(int id, const std::string& due) {
  return "{\"type\":\"promise\",\"id\":\"p" + std::to_string(id) + "\",\"subject\":\"s" +
         std::to_string(id) + "\",\"time\":\"2025-01-01\",\"due\":\"" + due + "\"}\n";
}

std::unique_ptr<Engine> open(const std::shared_ptr<const plan::Program>& program,
                             const EngineOptions& options) {
  auto engine = Engine::open(program, options);
  if (!engine) {
    ADD_FAILURE() << engine.error().message;
    return nullptr;
  }
  return std::move(*engine);
}

TEST(Engine, WallClockFiresADeadlineAlthoughNothingArrives) {
  EngineOptions options;
  options.clock = ClockMode::kWall;
  const auto engine = open(program_of(kBroken), options);
  Script script;
  script.lines(promise(1, "2025-01-03")).tick(kJanuary + 2 * kDay).tick(kJanuary + 3 * kDay);
  Heard heard;
  ASSERT_TRUE(engine->run(script, heard).ok());
  ASSERT_EQ(heard.messages.size(), 1u);
  EXPECT_NE(heard.messages[0].find("\"reason\":\"timer\""), std::string::npos);
  EXPECT_NE(heard.messages[0].find("\"raised\":\"2025-01-03T23:59:59.999999+00:00\""),
            std::string::npos);
  EXPECT_EQ(heard.batches, 3) << "the sink hears of every batch, of a tick with nothing due, too";
}

TEST(Engine, EventClockWaitsForARecord) {
  const auto engine = open(program_of(kBroken), {});
  Script script;
  script.lines(promise(1, "2025-01-03")).tick(kJanuary + 3 * kDay);
  Heard heard;
  ASSERT_TRUE(engine->run(script, heard).ok());
  EXPECT_TRUE(heard.messages.empty());
  ASSERT_TRUE(engine->next_due().has_value());
  ASSERT_TRUE(engine->advance_clock(*engine->next_due(), heard).ok());
  EXPECT_EQ(heard.messages.size(), 1u);
}

TEST(Engine, WallClockIsKeptByTheJournal) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  options.clock = ClockMode::kWall;
  {
    const auto engine = open(program_of(kBroken), options);
    Script script;
    script.lines(promise(1, "2025-01-03")).tick(kJanuary + 3 * kDay);
    Heard heard;
    ASSERT_TRUE(engine->run(script, heard).ok());
    ASSERT_EQ(heard.messages.size(), 1u);
  }
  std::filesystem::remove_all(options.data / "state");
  options.clock = ClockMode::kEvent;
  const auto engine = open(program_of(kBroken), options);
  EXPECT_EQ(engine->clock(), kJanuary + 3 * kDay);
  EXPECT_EQ(engine->net_result().size(), 1u);
}

TEST(Engine, AnotherPolicyPublishesTheDifference) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  const auto first = program_of("rule any \"Any promise\" { on promise p level blue }");
  const auto second = program_of(
      "rule any { on promise p level red }\n"
      "rule more { while count(promise) >= 1 level red }");
  const auto third = program_of("rule more { while count(promise) >= 1 level red }");
  Heard heard;
  {
    Script script;
    script.lines(promise(1, "2025-01-03"));
    ASSERT_TRUE(open(first, options)->run(script, heard).ok());
  }
  const auto events = [&](const std::shared_ptr<const plan::Program>& program, uint64_t after) {
    const auto engine = open(program, options);
    std::string text;
    for (const auto& message : engine->read_log(after, 1 << 20).messages) {
      EXPECT_NE(message->json.find("\"reason\":\"policy change\""), std::string::npos);
      static constexpr const char* kNames[] = {"raised", "changed", "cleared", "withdrawn"};
      text += std::string(kNames[static_cast<int>(message->event)]) + " " + message->rule + ", ";
    }
    return text;
  };
  EXPECT_EQ(heard.messages.size(), 1u);
  EXPECT_EQ(events(second, 1), "changed any, raised more, ");
  EXPECT_EQ(events(third, 3), "withdrawn any, ");
  EXPECT_EQ(events(third, 4), "") << "the same policy again changes nothing";
  std::filesystem::remove_all(options.data / "state");
  EXPECT_EQ(open(third, options)->last_seq(), 4u) << "replayed from the journal";
}

TEST(Engine, ASecondProcessOnOneDirectoryIsRefused) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  const auto program = program_of(kBroken);
  const auto engine = open(program, options);
  const auto second = Engine::open(program, options);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, ErrorKind::kEnvironment);
  EXPECT_NE(second.error().message.find("data"), std::string::npos) << second.error().message;
}

TEST(Engine, AcknowledgementsSurviveARestart) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  class Acknowledging : public Script {
   public:
    bool next(Batch& batch) override {
      if (done_) return false;
      done_ = true;
      batch = {};
      batch.acknowledgements = {{"bank", 7}, {"bank", 5}};
      return true;
    }

   private:
    bool done_ = false;
  } source;
  Heard heard;
  const auto program = program_of(kBroken);
  ASSERT_TRUE(open(program, options)->run(source, heard).ok());
  std::filesystem::remove_all(options.data / "state");
  EXPECT_EQ(open(program, options)->cursor("bank"), 7u);
  EXPECT_EQ(open(program, options)->cursor("other"), std::nullopt);
}

TEST(Engine, StaysWithinItsMemoryWhileSubjectsComeAndGo) {
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

TEST(Engine, ARecordTooFarAheadOfTheWallClockIsRejectedAndMovesNoDeadline) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  options.skew_micros = kDay;
  const auto program = program_of(kBroken);
  const auto record = [](const std::string& id, const std::string& time) {
    return R"({"type":"promise","subject":"x","due":"2099-01-01","id":")" + id + R"(","time":")" +
           time + "\"}\n";
  };
  Heard heard;
  {
    const auto engine = open(program, options);
    Script script;
    script.lines(promise(1, "2025-01-03") + record("mad", "2031-01-01") +
                 record("over", "2025-01-02T00:00:00.000001Z") +
                 record("just", "2025-01-02T00:00:00Z"));
    ASSERT_TRUE(engine->run(script, heard).ok());
    EXPECT_TRUE(heard.messages.empty()) << "no deadline has passed";
    EXPECT_EQ(engine->clock(), kJanuary + kDay);
    const std::vector<Reject> rejects = engine->rejects(0, 10);
    ASSERT_EQ(rejects.size(), 2u);
    EXPECT_EQ(rejects[0].line, 2u);
    EXPECT_EQ(rejects[0].field, "time");
    EXPECT_EQ(
        rejects[1].reason,
        "2025-01-02T00:00:00.000001+00:00 is ahead of the wall clock by more than the service "
        "takes (--skew: up to 2025-01-02T00:00:00+00:00 when the record came); mend the clock "
        "of the source, or send the record again once its time has come");
    Script later;
    later.lines(record("over", "2025-01-02T00:00:00.000001Z"), kJanuary + 1);
    ASSERT_TRUE(engine->run(later, heard).ok());
    EXPECT_EQ(engine->clock(), kJanuary + kDay + 1) << "its time has come";
  }
  // The journal knows what was rejected, whatever the option says by now.
  std::filesystem::remove_all(options.data / "state");
  options.skew_micros.reset();
  const auto engine = open(program, options);
  EXPECT_EQ(engine->clock(), kJanuary + kDay + 1);
  EXPECT_EQ(engine->rejects(0, 10).size(), 2u);
}

TEST(Engine, TheWallClockNeedsNoSkew) {
  EngineOptions options;
  options.clock = ClockMode::kWall;
  options.skew_micros = kDay;
  const auto engine = open(program_of("rule any { on promise p level red }"), options);
  Script script;
  script.lines(promise(1, "2025-06-01"), kJanuary - 2 * kDay).tick(kJanuary - 1).tick(kJanuary);
  Heard heard;
  ASSERT_TRUE(engine->run(script, heard).ok());
  EXPECT_EQ(heard.messages.size(), 1u) << "held until its time has come";
}

// Without a bound these 34 records would take hours at eight steps, and a second at seven.
TEST(Engine, AConditionThatTiesManyRecordsTogetherEndsAndIsCounted) {
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
  EXPECT_EQ(engine->faults()[0].first, "tied");
}

TEST(Engine, ASubjectMayBeANumberInAMoveAndARetractionToo) {
  const auto engine = open(program_of("rule any { on promise p level red }"), {});
  const auto feed = [&](const std::string& line) {
    Script script;
    Heard heard;
    EXPECT_TRUE(engine->run(script.lines(line + "\n"), heard).ok());
    return heard.messages.size();
  };
  const std::string record =
      R"({"type":"promise","id":1,"time":"2025-01-01","due":"2025-02-01","subject":)";
  EXPECT_EQ(feed(record + "5}"), 1u);
  EXPECT_EQ(feed(record + R"(7,"version":1,"moved_from":5})"), 2u)
      << "withdrawn there, raised here";
  ASSERT_EQ(engine->net_result().size(), 1u);
  EXPECT_NE(engine->net_result()[0].find(R"("key":"7")"), std::string::npos);
  feed(R"({"type":"retract","target_type":"promise","target":1,"subject":7})");
  EXPECT_TRUE(engine->net_result().empty());
}

TEST(Engine, WhatFallsDueTogetherIsToldStepByStepInOrderOfTime) {
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

TEST(Engine, MessagesAreSavedBeforeTheyFillMemory) {
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

TEST(Engine, RejectsAreSavedBeforeTheyFillMemory) {
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
