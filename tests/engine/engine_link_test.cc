// What the engine says of links beyond the net result: paths, bounds, hubs, restarts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/engine_fixture.h"

namespace tocsin {
namespace {

using namespace testing_engine;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFamilies =
    "record registration { controller text optional }\n"
    "record penalty { amount int optional }\n"
    "link control { registration: subject -- controller }\n"
    "rule family {\n"
    "  while count(penalty over 1y across control 2 hops excluding self at most 100) >= 1\n"
    "  level red\n"
    "}\n";

std::string at_day(int day) {
  return "2025-01-" + std::string(day < 10 ? "0" : "") + std::to_string(day);
}

std::string registration(const std::string& subject, const std::string& controller, int day = 1) {
  return R"({"type":"registration","id":"r-)" + subject + "-" + controller + R"(","subject":")" +
         subject + R"(","time":")" + at_day(day) + R"(","controller":")" + controller + "\"}\n";
}

std::string penalty(const std::string& subject, int day, const std::string& id = "p") {
  return R"({"type":"penalty","id":")" + id + R"(","subject":")" + subject + R"(","time":")" +
         at_day(day) + "\"}\n";
}

std::string retract(const std::string& subject, const std::string& type, const std::string& id) {
  return R"({"type":"retract","id":"x","subject":")" + subject +
         R"(","time":"2025-02-01","target_type":")" + type + R"(","target":")" + id + "\"}\n";
}

TEST(EngineLink, ThePathThatJoinsTwoSubjectsIsPartOfTheEvidence) {
  const auto engine = open(program_of(kFamilies), {});
  Script script;
  Heard heard;
  script.lines(registration("A", "w") + registration("B", "w") + registration("B", "v") +
               registration("A", "v") + penalty("B", 5));
  ASSERT_TRUE(engine->run(script, heard).ok());
  ASSERT_EQ(heard.messages.size(), 1u);
  EXPECT_THAT(heard.messages[0], HasSubstr(R"("evidence":["p"],"evidence_total":1)"));
  EXPECT_THAT(heard.messages[0], HasSubstr(R"("paths":["A – v – B"])"))
      << "of equally short ways the first by name";
}

TEST(EngineLink, APathThatOnlyALateRecordShowsChangesTheEvidence) {
  const auto engine = open(program_of(kFamilies), {});
  Script script;
  Heard heard;
  script.lines(registration("A", "w") + registration("B", "w") + penalty("B", 5));
  script.lines(registration("A", "B", 2));
  ASSERT_TRUE(engine->run(script, heard).ok());
  ASSERT_EQ(heard.messages.size(), 2u);
  EXPECT_THAT(heard.messages[0], HasSubstr(R"("paths":["A – w – B"])"));
  EXPECT_THAT(heard.messages[1], HasSubstr(R"("event":"changed","reason":"late record")"));
  EXPECT_THAT(heard.messages[1], HasSubstr(R"("paths":["A – B"])"));
}

TEST(EngineLink, APathThatChangesLaterChangesNothing) {
  const auto engine = open(program_of(kFamilies), {});
  Script script;
  Heard heard;
  script.lines(registration("A", "w") + registration("B", "w") + penalty("B", 5));
  script.lines(registration("A", "B", 6));
  ASSERT_TRUE(engine->run(script, heard).ok());
  EXPECT_EQ(heard.messages.size(), 1u);
}

TEST(EngineLink, AnEdgeThatIsRetractedNeverJoinedAnybody) {
  const auto engine = open(program_of(kFamilies), {});
  Script script;
  Heard heard;
  script.lines(registration("A", "w") + registration("B", "w") + penalty("B", 5));
  script.lines(retract("B", "registration", "r-B-w"));
  ASSERT_TRUE(engine->run(script, heard).ok());
  ASSERT_EQ(heard.messages.size(), 2u);
  EXPECT_THAT(heard.messages[1], HasSubstr(R"("event":"withdrawn","reason":"retraction")"));
}

TEST(EngineLink, ForRulesWithoutLinksNothingIsSaidOfPaths) {
  const auto engine = open(program_of(kBroken), {});
  Script script;
  Heard heard;
  script.lines(promise(1, "2025-01-05") + promise(2, "2025-02-05"));
  ASSERT_TRUE(engine->run(script, heard).ok());
  ASSERT_TRUE(engine->advance_clock(kJanuary + 90 * kDay, heard).ok());
  ASSERT_EQ(heard.messages.size(), 2u);
  EXPECT_THAT(heard.messages[0], Not(HasSubstr("paths")));
}

// One person, so many companies, and each company's penalty: 100 others at most may be seen.
std::string hub(int companies) {
  std::string text;
  for (int i = 0; i < companies; ++i) text += registration("c" + std::to_string(i), "w", 1 + i % 9);
  return text;
}

TEST(EngineLink, UpToTheBoundEverybodyIsSeenAndBeyondItNobodyWhichIsCounted) {
  for (const int companies : {100, 101}) {  // each sees the person and the other companies
    const auto engine = open(program_of(kFamilies), {});
    Script script;
    Heard heard;
    script.lines(hub(companies) + penalty("c0", 10));
    ASSERT_TRUE(engine->run(script, heard).ok());
    const bool too_many = companies > 100;
    EXPECT_EQ(heard.messages.size(), too_many ? 0u : 99u);
    ASSERT_EQ(engine->faults().size(), too_many ? 1u : 0u);
    if (!too_many) continue;
    EXPECT_EQ(engine->faults()[0].rule, "family");
    EXPECT_GE(engine->faults()[0].counts.links, 101u);
  }
}

TEST(EngineLink, AHubOfThousandsDoesNotStopTheEngine) {
  const auto engine = open(program_of(kFamilies), {});
  Script script;
  Heard heard;
  constexpr int kCompanies = 3'000;
  const std::string all = hub(kCompanies);
  for (size_t begin = 0; begin < all.size();) {  // some at a time
    const size_t end = all.find('\n', std::min(begin + 20'000, all.size() - 1)) + 1;
    script.lines(all.substr(begin, end - begin));
    begin = end;
  }
  script.lines(penalty("c0", 10) + registration("far", "v") + registration("c7", "v"));
  ASSERT_TRUE(engine->run(script, heard).ok());
  // Those who came first saw each other until there were too many; then nobody is known.
  EXPECT_TRUE(heard.messages.empty());
  EXPECT_FALSE(engine->faults().empty());
}

TEST(EngineLink, AnEngineThatComesBackKnowsItsEdges) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  const auto program = program_of(kFamilies);
  {
    const auto engine = open(program, options);
    Script script;
    Heard heard;
    script.lines(registration("A", "w") + registration("B", "w"));
    ASSERT_TRUE(engine->run(script, heard).ok());
  }
  const auto engine = open(program, options);
  Script script;
  Heard heard;
  script.lines(penalty("B", 5) + registration("C", "w", 6));
  ASSERT_TRUE(engine->run(script, heard).ok());
  ASSERT_EQ(heard.messages.size(), 2u);
  EXPECT_THAT(heard.messages[0], HasSubstr(R"("key":"A")"));
  EXPECT_THAT(heard.messages[1], HasSubstr(R"("paths":["C – w – B"])"));
}

}  // namespace
}  // namespace tocsin
