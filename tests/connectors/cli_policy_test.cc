// check, test and replay over a small policy.
#include <algorithm>
#include <cstdlib>

#include "tests/connectors/command_fixture.h"

namespace tocsin {
namespace {

constexpr char kPolicy[] = R"(policy "Penalties" {
  timezone "Asia/Shanghai"
}

record penalty {
  severity one of minor < serious < grave
  amount decimal optional
}

rule repeat "Again within a year" {
  while count(penalty where severity >= serious over 1y) >= 2
  level red when count(penalty where severity >= serious over 1y) >= 3, orange otherwise
}
)";

class PolicyCommand : public CommandTest {
 protected:
  // The policy with these tests.
  std::string policy(const std::string& tests = "") const {
    write("p/a.rules", kPolicy);
    write("p/tests/t.rules", tests);
    return (folder_ / "p").string();
  }
  static std::string penalties() {
    return "id,subject,time,severity\n"
           "1,A,2025-01-10,serious\n2,B,2025-02-01,serious\n3,A,2025-03-01,grave\n4,A,2025-06-01,"
           "minor\n";
  }
  Outcome test(const std::string& body) const {
    return tocsin({"test", policy("test \"t\" {\n" + body + "}\n")});
  }
};

constexpr char kTwo[] =
    "  2025-01-10 penalty \"A\" { severity serious }\n  2025-03-01 penalty \"A\" { severity grave "
    "}\n";

TEST_F(PolicyCommand, CheckCountsWhatItFound) {
  const Outcome outcome = tocsin({"check", policy()});
  EXPECT_EQ(outcome.exit, kExitFine) << outcome.err;
  EXPECT_NE(outcome.out.find("sound; 1 rule, 1 record type, 0 tests"), std::string::npos)
      << outcome.out;
}

TEST_F(PolicyCommand, CheckTellsMistakesAsTextAndAsJson) {
  const std::string path =
      write("bad.rules", std::string(kPolicy) + "rule x { while penalti > 1 level red }\n");
  const Outcome text = tocsin({"check", path});
  EXPECT_EQ(text.exit, kExitInput);
  EXPECT_NE(text.err.find("bad.rules:14:16: error R"), std::string::npos) << text.err;
  EXPECT_NE(text.err.find("error"), std::string::npos);
  const Outcome json = tocsin({"check", "--json", path});
  EXPECT_EQ(json.exit, kExitInput);
  EXPECT_TRUE(json.out.starts_with("[")) << json.out;
  EXPECT_EQ(json.err, "");
}

TEST_F(PolicyCommand, TimeRunsOnUnlessATestSetsTheClock) {
  const Outcome on =
      test(std::string(kTwo) +
           "  expect repeat for \"A\" at 2025-03-01 level orange until 2026-01-10 1 times\n"
           "  expect no repeat for \"B\"\n");
  EXPECT_EQ(on.exit, kExitFine) << on.out << on.err;
  EXPECT_EQ(on.out, "ok   t\n1 passed, 0 failed\n");
  const Outcome held =
      test(std::string(kTwo) + "  clock 2025-12-01\n  expect repeat for \"A\" open\n");
  EXPECT_EQ(held.exit, kExitFine) << held.out << held.err;
  const Outcome moved =
      test(std::string(kTwo) + "  clock 2026-01-10\n  expect repeat for \"A\" until 2026-01-10\n");
  EXPECT_EQ(moved.exit, kExitFine) << moved.out << moved.err;
}

TEST_F(PolicyCommand, RecordsAfterAClockAreLate) {
  const Outcome outcome = test(
      "  2025-01-10 penalty \"A\" { severity serious }\n  clock 2025-12-01\n"
      "  2025-03-01 penalty \"A\" { severity grave }\n  expect repeat for \"A\" at 2025-03-01 "
      "open\n");
  EXPECT_EQ(outcome.exit, kExitFine) << outcome.out << outcome.err;
}

TEST_F(PolicyCommand, AFailingTestShowsPlaceWhatCameAndTheNearestMiss) {
  const Outcome outcome = test(std::string(kTwo) + "  expect repeat for \"A\" level red\n");
  EXPECT_EQ(outcome.exit, kExitInput);
  EXPECT_NE(outcome.out.find("FAIL t\n"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("t.rules:4:"), std::string::npos) << outcome.out;
  EXPECT_NE(
      outcome.out.find("came: repeat for \"A\", orange, raised 2025-03-01, cleared 2026-01-10"),
      std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find(
                "nearest: the warning for \"A\" raised 2025-03-01 has level orange, not red"),
            std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("0 passed, 1 failed\n"), std::string::npos);
}

TEST_F(PolicyCommand, APolicyWithoutTestsSaysSo) {
  const Outcome outcome = tocsin({"test", policy()});
  EXPECT_EQ(outcome.exit, kExitFine);
  EXPECT_NE(outcome.err.find("has no tests; write some"), std::string::npos);
  EXPECT_EQ(tocsin({"test", policy("test \"t\" { expect no repeat }"), "--only", "u"}).exit,
            kExitUsage);
}

TEST_F(PolicyCommand, ReplayPrintsMessagesOrTheNetResult) {
  const std::string file = write("penalties.csv", penalties());
  const Outcome stream = tocsin({"replay", policy(), "--as", "penalty", file});
  EXPECT_EQ(stream.exit, kExitFine) << stream.err;
  EXPECT_EQ(std::count(stream.out.begin(), stream.out.end(), '\n'), 1);
  EXPECT_NE(stream.out.find("\"event\":\"raised\""), std::string::npos) << stream.out;
  EXPECT_NE(stream.err.find("4 records in "), std::string::npos) << stream.err;
  EXPECT_NE(stream.err.find("1 warnings (1 messages)"), std::string::npos) << stream.err;
  const Outcome net =
      tocsin({"replay", policy(), "--as", "penalty", file, "--net", "--until", "2027-01-01"});
  EXPECT_NE(net.out.find("\"cleared\":\"2026-01-10T00:00:00+08:00\""), std::string::npos)
      << net.out;
}

TEST_F(PolicyCommand, TheNetResultDependsOnNothingButTheRecords) {
  std::string text = "id,subject,time,severity\n";
  for (int i = 0; i < 2'000; ++i) {
    const std::string day = std::to_string(10 + i * 7 % 19);
    const std::string month = std::to_string(10 + i % 3);
    text += std::to_string(i) + ",S" + std::to_string(i % 37) + ",20" +
            std::to_string(10 + i % 15) + "-" + month + "-" + day +
            (i % 3 == 0 ? ",minor\n" : ",serious\n");
  }
  const std::string file = write("p.csv.zst", zstd(text));
  const auto net = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"replay", policy(), "--as", "penalty", file, "--net"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = tocsin(arguments);
    EXPECT_EQ(outcome.exit, kExitFine) << outcome.err;
    return outcome.out;
  };
  const std::string expected = net({});
  EXPECT_GT(std::count(expected.begin(), expected.end(), '\n'), 100);
  EXPECT_EQ(net({"--threads", "1"}), expected);
  EXPECT_EQ(net({"--threads", "2", "--batch", "7"}), expected);
  for (const char* seed : {"1", "2", "3"})
    EXPECT_EQ(net({"--shuffle", seed, "--batch", "100"}), expected) << seed;
}

TEST_F(PolicyCommand, ReplayNamesWhatItCouldNotTake) {
  const std::string file = write("p.csv", penalties() + "5,A,yesterday,minor\n6,A\n");
  const Outcome outcome = tocsin({"replay", policy(), "--as", "penalty", file});
  EXPECT_EQ(outcome.exit, kExitFine);
  EXPECT_NE(outcome.err.find("p.csv:6: "), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("p.csv:7: the row has 2 cells, the header has 4"), std::string::npos)
      << outcome.err;
  const Outcome wrong = tocsin({"replay", policy(), "--as", "nonsense", file});
  EXPECT_EQ(wrong.exit, kExitInput);
  EXPECT_NE(wrong.err.find("every record was rejected"), std::string::npos) << wrong.err;
}

TEST_F(PolicyCommand, ReplayEndsWithWhatIsWrongWithAFile) {
  const std::string file = write("p.csv.gz", gzip(penalties()).substr(0, 60));
  const Outcome outcome = tocsin({"replay", policy(), "--as", "penalty", file});
  EXPECT_EQ(outcome.exit, kExitInput);
  EXPECT_NE(outcome.err.find("p.csv.gz ends before its data is complete"), std::string::npos)
      << outcome.err;
  const Outcome time = tocsin({"replay", policy(), "--as", "penalty", file, "--until", "soon"});
  EXPECT_EQ(time.exit, kExitUsage);
}

}  // namespace
}  // namespace tocsin
