// Files that a policy names: read from its folder, and told of where they are wrong.
#include "tests/connectors/command_fixture.h"

namespace tocsin {
namespace {

constexpr char kCalendar[] = R"(policy "Deadlines" { workdays "days/workdays.csv" }
)";
constexpr char kRules[] = R"(
table places from "places.csv" key code { code text, name text }
record notice { place text }
record answer { notice text }
rule slow {
  on notice n
  then no answer a within 2 workdays where a.notice == n.id
  level red
  say "{places[n.place].name}"
}
)";
constexpr char kTest[] = R"(
test "the second working day" {
  2025-01-03 notice "A" { place "x" }
  clock 2025-01-10
  expect slow for "A" at 2025-01-07T23:59:59.999999
}
)";

class AttachedFiles : public CommandTest {
 protected:
  std::string policy(const std::string& head = kCalendar) const {
    write("p/all.rules", head + kRules + kTest);
    write("p/places.csv", "code,name\nx,Xihu\n");
    std::string days = "date,is_workday\n";
    const char* week = "0110011111001";
    for (int i = 0; i < 13; ++i) {
      days += (i < 9 ? "2025-01-0" : "2025-01-") + std::to_string(i + 1) + "," + week[i] + "\n";
    }
    write("p/days/workdays.csv", days);
    return (folder_ / "p").string();
  }
};

TEST_F(AttachedFiles, AreFoundInThePolicysFolder) {
  const Outcome checked = tocsin({"check", policy()});
  EXPECT_EQ(checked.exit, kExitFine) << checked.err;
  EXPECT_NE(checked.err.find("warning R0279"), std::string::npos) << checked.err;
  const Outcome tested = tocsin({"test", policy()});
  EXPECT_EQ(tested.exit, kExitFine) << tested.out << tested.err;
  const Outcome by_file = tocsin({"check", policy() + "/all.rules"});
  EXPECT_EQ(by_file.exit, kExitFine) << by_file.err;
}

TEST_F(AttachedFiles, WhatLeavesTheCalendarIsToldAtTheEnd) {
  const std::string records = write("n.ndjson",
                                    "{\"type\":\"notice\",\"id\":\"1\",\"subject\":\"A\",\"time\":"
                                    "\"2025-01-12\",\"place\":\"x\"}\n"
                                    "{\"type\":\"notice\",\"id\":\"2\",\"subject\":\"A\",\"time\":"
                                    "\"2025-01-03\",\"place\":\"x\"}\n");
  const Outcome outcome = tocsin({"replay", policy(), records});
  EXPECT_EQ(outcome.exit, kExitFine) << outcome.err;
  EXPECT_NE(outcome.out.find("Xihu"), std::string::npos) << outcome.out;
  EXPECT_NE(
      outcome.err.find("rule slow: 1 calculation in working days left the policy's calendar and "
                       "had no value: it holds 2025-01-01 to 2025-01-13"),
      std::string::npos)
      << outcome.err;
}

TEST_F(AttachedFiles, ThatAreNotThereOrNotWithinAreToldWhereTheyAreNamed) {
  const std::string folder = policy();
  write("outside.csv", "code,name\nx,y\n");
  const struct {
    const char* name;
    const char* reason;
  } wrong[] = {{"not_there.csv", "there is no "},
               {"days", " is no file"},
               {"../outside.csv", "it is not within the policy's folder"},
               {"/etc/passwd", "it is not within the policy's folder"}};
  for (const auto& [name, reason] : wrong) {
    write("p/all.rules", "policy \"x\" { workdays \"" + std::string(name) + "\" }\n");
    const Outcome outcome = tocsin({"check", folder});
    EXPECT_EQ(outcome.exit, kExitInput) << name;
    EXPECT_NE(outcome.err.find("all.rules:1:23: error R0276"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find(reason), std::string::npos) << outcome.err;
  }
}

}  // namespace
}  // namespace tocsin
