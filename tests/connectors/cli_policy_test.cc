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

TEST_F(PolicyCommand, ATestNamesPersonsAsTheyAre) {
  write("q.rules", R"(record permit { holder text private }
rule collector { by holder while count(permit) >= 2 level red }
rule shown { on permit p level red for p.holder }
test "t" {
  2025-01-01 permit "A" { holder "Li" }
  2025-01-02 permit "B" { holder "Li" }
  expect shown for "Li" 2 times
  expect shown for "Wang"
  expect collector 1 times
}
)");
  const Outcome outcome = tocsin({"test", (folder_ / "q.rules").string()});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_NE(outcome.out.find("is for \"Li\", not \"Wang\""), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.out.find("p:"), std::string::npos) << outcome.out;
}

TEST_F(PolicyCommand, CostSaysWhatIsKeptAndLookedAt) {
  const Outcome cost = tocsin({"check", policy(), "--cost", "--rate", "penalty=2/1d"});
  EXPECT_EQ(cost.exit, 0) << cost.err;
  EXPECT_NE(
      cost.out.find("rule repeat, by subject\n  keeps     every penalty of the last 368 days: "
                    "about 736, "),
      std::string::npos)
      << cost.out;
  EXPECT_NE(cost.out.find("the penalty that comes or leaves the window, and no other  "
                          "(count(penalty where severity >= serious over 1y))"),
            std::string::npos)
      << cost.out;
  const Outcome json = tocsin({"check", policy(), "--cost", "--json"});
  EXPECT_NE(json.out.find("\"looks_at\":[{\"type\":\"penalty\",\"way\":\"one\",\"records\":1,"),
            std::string::npos)
      << json.out;
  EXPECT_EQ(tocsin({"check", policy(), "--cost", "--rate", "fine=1/1d"}).exit, 2);
}

TEST_F(PolicyCommand, CostRefusesWhatLooksAtMoreAndMore) {
  write("q.rules", R"(record reading { value int  at text }
rule spread { while max(value of reading) >= 9 level red }
rule latest { while last(value of reading) >= 9 level red }
rule places { while distinct(at of reading over last 9) >= 3 level red }
rule pairs { on reading a then reading b within 10d where b.value == a.value level red once per b.at }
)");
  const Outcome cost = tocsin({"check", (folder_ / "q.rules").string(), "--cost"});
  EXPECT_EQ(cost.exit, 1);
  EXPECT_NE(cost.out.find("no bound  max(value of reading) looks at every reading that ever came, "
                          "whenever one comes; give it a window, such as over 1y or over last 100"),
            std::string::npos)
      << cost.out;
  EXPECT_EQ(cost.out.find("no bound  last"), std::string::npos);
  EXPECT_EQ(cost.out.find("no bound  distinct"), std::string::npos);
  EXPECT_NE(cost.out.find("up to 9.0 of reading"), std::string::npos) << cost.out;
  EXPECT_NE(cost.out.find("every value of b.at, for ever"), std::string::npos) << cost.out;
  EXPECT_NE(cost.out.find("every reading of the last 10 days"), std::string::npos) << cost.out;
}

TEST_F(PolicyCommand, FmtRewritesAndChecks) {
  const std::string untidy = "record a{n int} // why\nrule r{while count(a)>=2 level red}\n";
  const std::string tidy =
      "record a {\n  n int\n}  // why\n\nrule r {\n  while count(a) >= 2\n  level red\n}\n";
  write("f/a.rules", untidy);
  write("f/b.rules", "let x = 1\n");
  const std::string file = (folder_ / "f/a.rules").string();
  const Outcome check = tocsin({"fmt", "--check", (folder_ / "f").string()});
  EXPECT_EQ(check.exit, 1);
  EXPECT_EQ(check.out.substr(0, check.out.find('\n')), file + ":1 - record a{n int} // why");
  EXPECT_NE(check.out.find(file + ":2 +   n int\n"), std::string::npos) << check.out;
  EXPECT_NE(check.err.find("1 of 2 files would be changed"), std::string::npos) << check.err;
  EXPECT_EQ(read_all(file), untidy);
  EXPECT_EQ(tocsin({"fmt", (folder_ / "f").string()}).out, file + ": laid out anew\n");
  EXPECT_EQ(read_all(file), tidy);
  EXPECT_EQ(tocsin({"fmt", "--check", (folder_ / "f").string()}).exit, 0);
  write("f/a.rules", "record a {");
  const Outcome broken = tocsin({"fmt", (folder_ / "f").string()});
  EXPECT_EQ(broken.exit, 1);
  EXPECT_NE(broken.err.find("is never closed"), std::string::npos) << broken.err;
}

TEST_F(PolicyCommand, ASilentRuleSaysHowNearItCame) {
  write("q.rules", R"(record penalty { amount int }
record appeal { of text }
rule many { while count(penalty) >= 4 and exists(penalty where amount > 10) level red }
rule both { on penalty p where p.amount > 1 then appeal a within 5d where a.of == p.id and a.of != "x" level red }
rule late { on penalty p then appeal a within 1d level red }
test "t" {
  2025-01-01 penalty "A" { amount 1 }
  2025-01-02 penalty "A" { amount 20 }
  2025-01-05 appeal "A" { of "elsewhere" }
  2025-01-05 penalty "B" { amount 20 }
  expect many for "A"
  expect both for "A"
  expect late for "B"
}
)");
  const Outcome outcome = tocsin({"test", (folder_ / "q.rules").string()});
  EXPECT_EQ(outcome.exit, 1);
  for (const char* line :
       {"count(penalty) >= 4: never true; it reached 2, from 2025-01-02",
        "exists(penalty where amount > 10): true from 2025-01-02",
        "on penalty p: came, first at 2025-01-02", "then appeal a: came, but none that fits",
        "  where a.of == p.id: never true", "  where a.of != \"x\": true for some",
        "on penalty p: came, first at 2025-01-05", "then appeal a: none came in time"}) {
    EXPECT_NE(outcome.out.find(line), std::string::npos) << line << "\n" << outcome.out;
  }
}

}  // namespace
}  // namespace tocsin
