// What subscribers are told of warnings that rest on other warnings.
#include <gtest/gtest.h>

#include "tests/engine/engine_fixture.h"

namespace tocsin::testing_engine {
namespace {

constexpr const char* kLayers =
    "rule hit { on promise p level blue }\n"
    "rule twice { while count(hit over 30d) >= 2 level red }\n"
    "rule late { on promise p then no kept k before p.due where k.of == p.id level blue }\n"
    "rule lazy { on late l level orange }\n";

std::string promised(const std::string& id, const std::string& time, const std::string& more = "") {
  return "{\"type\":\"promise\",\"id\":\"" + id + "\",\"subject\":\"A\",\"time\":\"" + time +
         "\",\"due\":\"2025-06-01\"" + more + "}\n";
}

// "raised twice by record", one for each message.
std::vector<std::string> told(const std::vector<std::string>& batches,
                              std::optional<std::string> until = std::nullopt) {
  const auto program = program_of(kLayers);
  const auto engine = open(program, {});
  Script script;
  for (const std::string& lines : batches) script.lines(lines, kJanuary + 400 * kDay);
  Heard heard;
  EXPECT_TRUE(engine->run(script, heard).ok());
  if (until) {
    EXPECT_TRUE(engine->advance_clock(*program->calendar->parse_time(*until), heard).ok());
  }
  std::vector<std::string> result;
  const auto member = [](const std::string& json, const std::string& name) {
    const size_t begin = json.find("\"" + name + "\":\"") + name.size() + 4;
    return json.substr(begin, json.find('"', begin) - begin);
  };
  for (const std::string& json : heard.messages) {
    result.push_back(member(json, "event") + " " + member(json, "rule") + " by " +
                     member(json, "reason"));
  }
  return result;
}

using Told = std::vector<std::string>;

TEST(Layers, AWarningIsToldBeforeThoseThatRestOnIt) {
  EXPECT_EQ(told({promised("p1", "2025-01-01"), promised("p2", "2025-01-02")}),
            (Told{"raised hit by record", "raised hit by record", "raised twice by record"}));
}

TEST(Layers, ARetractionWithdrawsWhatRestedOnTheWarningToo) {
  EXPECT_EQ(told({promised("p1", "2025-01-01") + promised("p2", "2025-01-02"),
                  "{\"type\":\"retract\",\"id\":\"r\",\"subject\":\"A\",\"time\":\"2025-01-03\","
                  "\"target_type\":\"promise\",\"target\":\"p1\"}\n"}),
            (Told{"raised hit by record", "raised hit by record", "raised twice by record",
                  "withdrawn hit by retraction", "withdrawn twice by retraction"}));
}

TEST(Layers, AnAmendmentMovesWhatRestsOnTheWarning) {
  EXPECT_EQ(told({promised("p1", "2025-01-01") + promised("p2", "2025-01-02"),
                  promised("p1", "2025-05-01", ",\"version\":1")}),
            (Told{"raised hit by record", "raised hit by record", "raised twice by record",
                  "withdrawn twice by amendment", "changed hit by record"}));
}

TEST(Layers, ALateRecordRaisesWhatRestsOnItsWarning) {
  EXPECT_EQ(told({promised("p1", "2025-01-01") + promised("p9", "2025-05-01"),
                  promised("p2", "2025-01-02")}),
            (Told{"raised hit by record", "raised hit by record", "raised hit by late record",
                  "raised twice by late record", "cleared twice by late record"}));
}

TEST(Layers, WhatATimerRaisedBelowIsATimersAboveAsWell) {
  EXPECT_EQ(told({promised("p1", "2025-01-01")}, "2025-07-01"),
            (Told{"raised hit by record", "raised late by timer", "raised lazy by timer"}));
}

// Many keys are due at one instant: a step ends between two of them, and later layers wait for all.
TEST(Layers, NothingIsLateWhenAStepEndsWithinAnInstant) {
  const auto program = program_of(
      "rule late { on promise p then no kept k before p.due level blue with day = p.due }\n"
      "rule lazy { on late l level orange with day = l.day }\n"
      "rule crowd { by day while count(lazy) >= 5 level red when count(late) >= 20, orange }\n");
  ASSERT_NE(program, nullptr);
  std::string lines;
  for (int id = 0; id < 20; ++id) lines += promise(id, "2025-06-01");
  const auto messages = [&](size_t keys_a_step) {
    EngineOptions options;
    options.keys_a_step = keys_a_step;
    const auto engine = open(program, options);
    Script script;
    script.lines(lines);
    Heard heard;
    EXPECT_TRUE(engine->run(script, heard).ok());
    EXPECT_TRUE(engine->advance_clock(kJanuary + 200 * kDay, heard).ok());
    return heard.messages;
  };
  const auto in_steps = messages(3);
  EXPECT_EQ(in_steps.size(), 41u);
  EXPECT_EQ(messages(1000).size(), 41u);
  for (const std::string& json : in_steps) {
    EXPECT_NE(json.find("\"reason\":\"timer\""), std::string::npos) << json;
  }
  const auto crowd = std::find_if(in_steps.begin(), in_steps.end(), [](const std::string& json) {
    return json.find("\"rule\":\"crowd\"") != std::string::npos;
  });
  ASSERT_NE(crowd, in_steps.end());
  EXPECT_NE(crowd->find("\"level\":\"red\""), std::string::npos) << *crowd;
}

}  // namespace
}  // namespace tocsin::testing_engine
