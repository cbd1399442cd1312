// What leaves the calendar of working days is counted for the rules that wanted to know.
#include <gtest/gtest.h>

#include "tests/engine/engine_fixture.h"

namespace tocsin {
namespace {

using namespace testing_engine;

std::shared_ptr<const plan::Program> program_with_calendar(const std::string& rules) {
  dsl::SourceSet sources;
  sources.add("test.rules",
              "policy \"test\" { workdays 2025 \"0110011111001111100111110110000\" }\n"
              "record promise { n int }\nrecord order { due 2 workdays }\n" +
                  rules);
  return dsl::compile(sources).program;
}

std::string at(const std::string& time, const std::string& id) {
  return R"({"type":"promise","subject":"A","n":1,"id":")" + id + R"(","time":")" + time + "\"}\n";
}

TEST(WorkdaysLeft, IsCountedByRuleAndByNoOther) {
  const auto engine =
      open(program_with_calendar(
               "rule deadline { on promise p then no promise q within 2 workdays level red }\n"
               "rule pair { on promise p then promise q within 2 workdays level red }\n"
               "rule seldom { on promise p once per 2 workdays level red }\n"
               "rule window { while count(promise over 2 workdays) >= 1 level red }\n"
               "rule asks { on promise p where is_workday(p.time) level red }\n"
               "rule late { on order overdue o level red }\n"
               "rule behind { while exists(order overdue) level red }\n"
               "rule other { while count(promise over 2d) >= 1 level red }\n"),
           {});
  Script script;
  Heard heard;
  script.lines(at("2025-01-02", "a") + at("2025-01-24", "b"));
  ASSERT_TRUE(engine->run(script, heard).ok());
  EXPECT_TRUE(engine->faults().empty());
  script.lines(at("2025-01-27", "c") + at("2025-01-28", "d") + at("2025-02-03", "e"));
  script.lines(R"({"type":"order","subject":"A","id":"o","time":"2025-01-31"})"
               "\n");
  ASSERT_TRUE(engine->run(script, heard).ok());
  std::vector<std::string> rules;
  for (const RuleFaults& faults : engine->faults()) {
    EXPECT_EQ(faults.counts.calculations, 0u);
    EXPECT_GE(faults.counts.workdays, 1u);
    rules.push_back(faults.rule);
  }
  EXPECT_EQ(rules, (std::vector<std::string>{"asks", "behind", "deadline", "late", "pair", "seldom",
                                             "window"}));
}

TEST(WorkdaysLeft, ADataDirectoryKnowsTheCalendarOfItsPolicy) {
  const TempDir folder;
  EngineOptions options;
  options.data = folder.path() / "data";
  const auto program = program_with_calendar(
      "rule window { while count(promise over 2 workdays) >= 1 level red }\n");
  Script script;
  Heard heard;
  script.lines(at("2025-01-02T10:00:00", "a"));
  ASSERT_TRUE(open(program, options)->run(script, heard).ok());
  // Another policy: what was evaluated under the old one is compiled from the journal alone.
  const auto other = program_with_calendar(
      "rule window { while count(promise over 3 workdays) >= 1 level red }\n");
  const auto engine = open(other, options);
  script.lines(at("2025-02-20", "b"));
  ASSERT_TRUE(engine->run(script, heard).ok());
  ASSERT_EQ(engine->net_result().size(), 1u);
  EXPECT_NE(engine->net_result()[0].find("2025-01-07T23:59:59.999999"), std::string::npos)
      << engine->net_result()[0];
}

}  // namespace
}  // namespace tocsin
