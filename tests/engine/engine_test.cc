// The engine through its public interface: clocks, durability, another policy, odd records.
#include <gtest/gtest.h>

#include "tests/engine/engine_fixture.h"

namespace tocsin {
namespace {

using namespace testing_engine;

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

TEST(Engine, ATypeWhoseSourceGivesNoTimeHasOneForAll) {
  const auto engine = open(program_of("record shop { time always \"2020-03-01\" }\n"
                                      "rule any { on shop s level red }"),
                           {});
  Script script;
  Heard heard;
  script.lines(R"({"type":"shop","id":1,"subject":"A"})"
               "\n"
               R"({"type":"shop","id":2,"subject":"B","time":"not looked at"})"
               "\n");
  ASSERT_TRUE(engine->run(script, heard).ok());
  ASSERT_EQ(heard.messages.size(), 2u);
  for (const std::string& message : heard.messages) {
    EXPECT_NE(message.find(R"("raised":"2020-03-01T00:00:00+00:00")"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace tocsin
