// draw: what replay published, repeated; and tampered with.
#include <algorithm>

#include "tests/connectors/command_fixture.h"

namespace tocsin {
namespace {

constexpr char kDrawn[] = R"(policy "p" { timezone "Asia/Shanghai" }
record penalty { amount int optional }
score credit { start 100  add -20 per penalty  grade A from 90, B from 75, C otherwise }
publish credit every 1mo
sample lot {
  every 1mo
  rate by credit.grade { A 0%, B 40%, C 100% }
  seed "drawn in public on 2026-11-01"
}
sample some { every 1mo  where count(penalty) >= 2  rate 50%  seed "x" }
)";

class Draw : public CommandTest {
 protected:
  Draw() {
    policy_ = write("p/a.rules", kDrawn);
    std::string records;
    for (int i = 0; i < 60; ++i) {
      const std::string id = std::to_string(i);
      records += "{\"type\":\"penalty\",\"id\":\"" + id + "\",\"subject\":\"S" +
                 std::to_string(i % 40) + "\",\"time\":\"2025-01-10\"}\n";
    }
    told_ = tocsin({"replay", policy_, write("r.ndjson", records), "--until", "2025-04-15",
                    "--kinds", "draw,assessment"})
                .out;
  }
  Outcome judge(const std::string& told, std::vector<std::string> more) const {
    std::vector<std::string> arguments{"draw", write("told", told)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return tocsin(arguments);
  }
  // Its first line with `kind`, and with `part` in it.
  std::string first_line(const std::string& part) const {
    const size_t at = told_.find(part);
    const size_t begin = told_.rfind('\n', at) + 1;
    return told_.substr(begin, told_.find('\n', at) + 1 - begin);
  }
  std::string changed(const std::string& part, const std::string& from,
                      const std::string& to) const {
    std::string line = first_line(part);
    std::string told = told_;
    const size_t place = told.find(line);
    const size_t at = told.find(from, place);
    return told.replace(at, from.size(), to);
  }

  // What was told of the sample `some`, but for lines with `left_out` in them.
  std::string lines_of_some(const std::string& left_out) const {
    std::string lines;
    for (size_t at = 0; at < told_.size(); at = told_.find('\n', at) + 1) {
      const std::string one = told_.substr(at, told_.find('\n', at) + 1 - at);
      const bool is_some = one.find("\"rule\":\"some\"") != std::string::npos;
      if (is_some && one.find(left_out) == std::string::npos) lines += one;
    }
    return lines;
  }
  // A file of those of whom there are two penalties.
  std::string participants() const {
    std::string subjects;
    for (int i = 0; i < 20; ++i) subjects += "S" + std::to_string(i) + "\n";
    return write("subjects", subjects);
  }

  std::string policy_;
  std::string told_;
};

TEST_F(Draw, WhatWasPublishedIsRepeated) {
  const Outcome outcome = judge(told_, {"--policy", policy_});
  EXPECT_EQ(outcome.exit, kExitFine) << outcome.out << outcome.err;
  EXPECT_NE(outcome.out.find("of 6 periods repeated: honest"), std::string::npos) << outcome.out;
}

TEST_F(Draw, TheHashMustBeTheSubjects) {
  const std::string told = changed("\"rule\":\"lot\"", "\"hash\":\"", "\"hash\":\"f");
  const Outcome outcome = judge(told, {"--policy", policy_});
  EXPECT_EQ(outcome.exit, kExitInput);
  EXPECT_NE(outcome.out.find("published with the hash f"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("1 mistake"), std::string::npos) << outcome.out;
}

TEST_F(Draw, TheRateMustBeTheGrades) {
  const std::string told =
      changed("\"grade\":\"C\",\"rate\"", "\"rate\":\"100%\"", "\"rate\":\"99%\"");
  const Outcome outcome = judge(told, {"--policy", policy_});
  EXPECT_EQ(outcome.exit, kExitInput);
  EXPECT_NE(outcome.out.find("published with the rate 99%, but it is 100%"), std::string::npos)
      << outcome.out;
}

TEST_F(Draw, NobodyMayBeLeftOut) {
  std::string told = told_;
  const std::string line = first_line("\"rule\":\"lot\"");
  told.erase(told.find(line), line.size());
  const Outcome outcome = judge(told, {"--policy", policy_});
  EXPECT_EQ(outcome.exit, kExitInput);
  EXPECT_NE(outcome.out.find("left out although its hash"), std::string::npos) << outcome.out;
}

TEST_F(Draw, NobodyMayBeDrawnWhoseHashIsNotBelowTheRate) {
  const std::string told = changed("\"rule\":\"some\"", "\"rate\":\"50%\"", "\"rate\":\"1%\"");
  const Outcome outcome = judge(told, {"--sample", "some", "--seed", "x", "--rate", "1%"});
  EXPECT_EQ(outcome.exit, kExitInput);
  EXPECT_NE(outcome.out.find("drawn although its hash"), std::string::npos) << outcome.out;
}

// Of a sample with `where` the policy alone does not tell who took part.
TEST_F(Draw, AListOfThoseWhoTakePartShowsWhoIsMissing) {
  std::string told = told_;
  const std::string line = first_line("\"rule\":\"some\"");
  told.erase(told.find(line), line.size());
  EXPECT_EQ(judge(told, {"--policy", policy_}).exit, kExitFine);
  const std::string only_some = lines_of_some(line);
  const Outcome outcome = judge(only_some, {"--sample", "some", "--seed", "x", "--rate", "50%",
                                            "--subjects", participants()});
  EXPECT_EQ(outcome.exit, kExitInput);
  EXPECT_NE(outcome.out.find("some 2025-02-01"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("left out although its hash"), std::string::npos) << outcome.out;
}

// With the policy it is known when periods begin.
TEST_F(Draw, APeriodInWhichNothingWasPublishedIsMissed) {
  const std::string told = lines_of_some("\"period\":\"2025-03-01\"");
  const Outcome outcome = judge(told, {"--policy", policy_, "--subjects", participants()});
  EXPECT_EQ(outcome.exit, kExitInput);
  EXPECT_NE(outcome.out.find("some 2025-03-01"), std::string::npos) << outcome.out;
}

TEST_F(Draw, WithoutADrawNothingIsHonest) {
  for (const std::string& told : {std::string(), told_}) {
    const Outcome outcome = judge(told, {"--sample", "nope", "--seed", "x", "--rate", "5%"});
    EXPECT_EQ(outcome.exit, kExitInput);
    EXPECT_NE(outcome.err.find("no draw was found"), std::string::npos) << outcome.err;
  }
}

TEST_F(Draw, WhatIsNoMessageIsSaid) {
  EXPECT_EQ(judge("hello\n", {"--policy", policy_}).exit, kExitInput);
  EXPECT_EQ(judge(told_, {}).exit, kExitUsage);
  EXPECT_EQ(judge(told_, {"--sample", "lot", "--seed", "x", "--rate", "101%"}).exit, kExitUsage);
  EXPECT_EQ(tocsin({"draw", "/nowhere", "--policy", policy_}).exit, kExitInput);
}

}  // namespace
}  // namespace tocsin
