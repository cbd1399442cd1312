// Scores: language.md 7 and the score point of 11.
#include "tests/engine/contract_cases.h"

namespace tocsin::testing {
namespace {

// A case that asks whether `condition` holds of `score` once the records of subject A are there.
ContractCase scored(std::string name, const std::string& score, const std::string& condition,
                    std::vector<std::string> records) {
  return {.name = std::move(name),
          .rules = "score s { " + score + " }\nrule x { while exists(gamma) and (" + condition +
                   ") level red }",
          .records =
              [&] {
                records.push_back("2025-01-31 gamma A g1");
                return records;
              }(),
          .expected = {"x A for A red 2025-01-31.. -"}};
}

const std::vector<std::string> kThree = {"2025-01-01 alpha A a1 n=1", "2025-01-02 alpha A a2 n=2",
                                         "2025-01-03 alpha A a3 n=3"};

ContractCase told(std::string name, std::string rules, std::vector<std::string> records,
                  std::vector<std::string> expected, std::string until) {
  return {.name = std::move(name),
          .rules = std::move(rules),
          .records = std::move(records),
          .expected = std::move(expected),
          .until = std::move(until),
          .tellings = true};
}

const std::string kMerit =
    "score s { start 100 add -15 per alpha over 40d"
    " grade A from 90, B from 75, C from 60, D otherwise }\n";

// The score of language.md 7, word for word.
const char* const kPublicCredit = R"(
record registration { note text optional }
record penalty {
  severity one of minor < serious < grave
  until repair r where r.penalty == id
  until 3y
}
record repair { penalty text }
record honour { note text optional }
record listing { note text optional  until delisting d where d.listing == id }
record delisting { listing text }
record commitment { due date  until fulfilment f where f.commitment == id }
record fulfilment { commitment text }
score public_credit "公共信用综合评价" {
  start 100
  add  -5 per penalty in force where severity == minor     at most 20
  add -15 per penalty in force where severity >= serious   at most 60
  add  +2 per honour over 3y                               at most 10
  add -40 while exists(listing in force)
  keep between 0 and 100
  grade A from 90, B from 75, C from 60, D otherwise
  grade at best C while exists(commitment overdue)
}
publish public_credit every 1mo
)";

std::vector<ContractCase> telling_cases() {
  return {
      told("TheScoreOfTheContract", kPublicCredit,
           {"2025-01-01 registration A g1", "2025-01-10 penalty A p1 severity=serious",
            "2025-01-20 listing A l1", "2025-01-25 repair A r1 penalty=p1",
            "2025-02-05 commitment A c1 due=2025-02-10", "2025-02-20 delisting A d1 listing=l1",
            "2025-02-25 fulfilment A f1 commitment=c1"},
           {"grade public_credit_change A 2025-01-10 from=A to=B score=85",
            "grade public_credit_change A 2025-01-20 from=B to=D score=45",
            "grade public_credit_change A 2025-01-25 from=D to=C score=60",
            "grade public_credit_change A 2025-02-25 from=C to=A score=100",
            "assessment public_credit A 2025-01-01 score=100 grade=A",
            "assessment public_credit A 2025-02-01 score=60 grade=C",
            "assessment public_credit A 2025-03-01 score=100 grade=A"},
           "2025-03-01"),
      // "every grade change is a record `public_credit_change { from, to, score }` and is
      // published"
      told("EveryGradeChangeIsTold", kMerit, kThree,
           {"grade s_change A 2025-01-02 from=B to=C score=70",
            "grade s_change A 2025-01-03 from=C to=D score=55",
            "grade s_change A 2025-02-10 from=D to=C score=70",
            "grade s_change A 2025-02-11 from=C to=B score=85",
            "grade s_change A 2025-02-12 from=B to=A score=100"},
           "2025-03-01"),
      told("TheFirstGradeIsNoChange", kMerit, {"2025-01-01 alpha A a1", "2025-01-01 alpha A a2"},
           {"grade s_change A 2025-02-10 from=C to=A score=100"}, "2025-03-01"),
      told("AScoreThatKeepsItsGradeIsNoChange",
           "score s { start 100 add -1 per alpha grade A from 90, B otherwise }", kThree, {},
           "2025-03-01"),
      told("RulesCountGradeChanges",
           kMerit + "rule falls { while count(s_change where to < from over 30d) >= 2 level red }\n"
                    "rule low { on s_change c where c.to == D and c.score < 60 level red say "
                    "\"{c.from} {c.to} {c.score}\" }",
           kThree,
           {"grade s_change A 2025-01-02 from=B to=C score=70",
            "grade s_change A 2025-01-03 from=C to=D score=55",
            "grade s_change A 2025-02-10 from=D to=C score=70",
            "grade s_change A 2025-02-11 from=C to=B score=85",
            "grade s_change A 2025-02-12 from=B to=A score=100",
            "falls A for A red 2025-01-03..2025-02-01 -",
            "low A for A red 2025-01-03.. 7900f41731f01d2694cf8cc1b7bc83b3"},
           "2025-03-01"),
      told("AScoreMayCountWarnings",
           "rule x { while count(alpha over 10d) >= 2 level red }\n"
           "score s { start 100 add -30 per x grade A from 90, B otherwise }\n"
           "publish s every 1mo\n"
           "rule y { while s < 80 level blue }",
           {"2025-01-01 alpha A a1", "2025-01-05 alpha A a2"},
           {"x A for A red 2025-01-05..2025-01-11 -", "y A for A blue 2025-01-05.. -",
            "grade s_change A 2025-01-05 from=A to=B score=70",
            "assessment s A 2025-01-01 score=100 grade=A",
            "assessment s A 2025-02-01 score=70 grade=B"},
           "2025-02-10"),
      // publish SCORE every 1mo
      told("ASubjectIsAssessedAtEveryPeriodsStart",
           kMerit + "publish s every 1mo\nrule x { while s < 60 level red }",
           {"2025-01-15 alpha A a1", "2025-01-20 beta B b1"},
           {"assessment s A 2025-02-01 score=85 grade=B",
            "assessment s A 2025-03-01 score=100 grade=A",
            "assessment s B 2025-02-01 score=100 grade=A",
            "assessment s B 2025-03-01 score=100 grade=A",
            "grade s_change A 2025-02-24 from=B to=A score=100"},
           "2025-03-31T23:59:59"),
      told("RecordsOfTheInstantCountAndTheSubjectExists",
           "score s { start 100 add -15 per alpha }\npublish s every 1mo",
           {"2025-02-01 alpha A a1", "2025-03-01 alpha A a2", "2025-03-01T00:00:01 alpha B b1"},
           {"assessment s A 2025-02-01 score=85 grade=null",
            "assessment s A 2025-03-01 score=70 grade=null"},
           ""),
      told("WeeksBeginOnMondays", "score s { start 100 add -15 per alpha }\npublish s every 1w",
           {"2025-01-01 alpha A a1"},
           {"assessment s A 2025-01-06 score=85 grade=null",
            "assessment s A 2025-01-13 score=85 grade=null"},
           "2025-01-19"),
      told("YearsBeginOnTheirFirstDay",
           "score s { start 100 add -15 per alpha }\npublish s every 1y", {"2025-01-02 alpha A a1"},
           {"assessment s A 2026-01-01 score=85 grade=null",
            "assessment s A 2027-01-01 score=85 grade=null"},
           "2027-12-31"),
      told("DaysAreCountedFrom1970", "score s { start 100 add -15 per alpha }\npublish s every 10d",
           {"2025-01-02 alpha A a1"},
           {"assessment s A 2025-01-02 score=85 grade=null",
            "assessment s A 2025-01-12 score=85 grade=null",
            "assessment s A 2025-01-22 score=85 grade=null"},
           "2025-01-29"),
      // "A sample draws each subject by a hash of (seed, period, subject), so anyone can repeat the
      // draw; each draw publishes the rate and the hash."
      // printf %s '4:seed10:2025-02-011:A' | sha256sum: 327a444ca6fe5512…
      told("ASampleDrawsByAHash", "sample pick { every 1mo rate 100% seed \"seed\" }",
           {"2025-01-15 alpha A a1"},
           {"draw pick A 2025-02-01 sample=pick period=2025-02-01 grade=null rate=100% "
            "hash=327a444ca6fe5512"},
           "2025-02-28"),
      told("NobodyIsDrawnAtARateOfNothing", "sample pick { every 1mo rate 0% seed \"seed\" }",
           {"2025-01-15 alpha A a1"}, {}, "2025-02-28"),
      told("OnlyWhomTheConditionHoldsOf",
           "sample pick { every 1mo where count(alpha) >= 2 rate 100% seed \"seed\" }",
           {"2025-01-15 alpha A a1"}, {}, "2025-02-28"),
      told("TheGradeDecidesTheRate",
           "score s { start 100 add -15 per alpha grade A from 90, B otherwise }\n"
           "sample pick { every 1mo rate by s.grade { A 0%, B 100% } seed \"seed\" }",
           {"2025-01-15 alpha A a1", "2025-01-15 beta B b1"},
           {"draw pick A 2025-02-01 sample=pick period=2025-02-01 grade=B rate=100% "
            "hash=327a444ca6fe5512"},
           "2025-02-28"),
  };
}

}  // namespace

std::vector<ContractCase> score_cases() {
  const std::string grades = " grade A from 90, B from 75, C from 60, D otherwise";
  std::vector<ContractCase> cases = {
      // "start, then every item with its own cap"
      scored("AScoreBeginsWithItsStart", "start 100 add -5 per beta", "s == 100", kThree),
      scored("AnItemIsAddedPerRecord", "start 100 add -5 per alpha", "s == 85", kThree),
      scored("WhereChoosesAmongTheRecords", "start 100 add -5 per alpha where n >= 2", "s == 90",
             kThree),
      scored("EveryItemHasItsOwnCap",
             "start 100 add -5 per alpha at most 12 add -4 per alpha at most 6", "s == 82", kThree),
      scored("ACapOfPointsGivenBoundsThemToo", "start 0 add +5 per alpha at most 12", "s == 12",
             kThree),
      scored("PointsAreExactDecimals", "start 0.1 add 0.2 per alpha", "s == 0.7", kThree),
      scored("WhileAddsOnce", "start 100 add -40 while exists(alpha) add -1 while exists(beta)",
             "s == 60", kThree),
      {.name = "WindowsLetGoOfTheirRecords",
       .rules = "score s { start 100 add -15 per alpha over 10d }\n"
                "rule x { while s < 80 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-05 alpha A a2"},
       .expected = {"x A for A red 2025-01-05..2025-01-11 -"},
       .until = "2025-02-01"},
      // "then `keep between`"
      scored("KeepBetweenBoundsTheSumNotTheItems",
             "start 100 add -50 per alpha add +60 while exists(alpha) keep between 0 and 100",
             "s == 10", kThree),
      scored("KeepBetweenHasALowerBound", "start 100 add -50 per alpha keep between 0 and 100",
             "s == 0", kThree),
      scored("KeepBetweenHasAnUpperBound", "start 100 add +50 per alpha keep between 0 and 120",
             "s == 120", kThree),
      // "then the thresholds"
      scored("AThresholdItselfIsWithin", "start 100 add -10 while exists(alpha)" + grades,
             "s.grade == A", kThree),
      scored("BelowAThresholdIsTheNextGrade", "start 100 add -10.0001 while exists(alpha)" + grades,
             "s.grade == B", kThree),
      scored("TheLastGradeIsForEverythingBelow", "start 0 add -10 per alpha" + grades,
             "s.grade == D", kThree),
      scored("TheBestGradeIsTheHighest", "start 80 add 1 per beta" + grades,
             "s.grade < A and s.grade > C and s.grade in {B}", kThree),
      // "then `grade at best`"
      scored("GradeAtBestLowersTheGradeNotTheScore",
             "start 100 add -1 per beta" + grades + " grade at best C while exists(alpha)",
             "s == 100 and s.grade == C", kThree),
      scored("GradeAtBestNeverRaisesAGrade",
             "start 0 add -1 per beta" + grades + " grade at best C while exists(alpha)",
             "s.grade == D", kThree),
      scored("OfSeveralCapsTheLowestCounts",
             "start 100 add -1 per beta" + grades +
                 " grade at best C while exists(alpha) grade at best B while exists(alpha)",
             "s.grade == C", kThree),
      // "An item whose condition or value is unknown adds nothing."
      scored("AnItemWhoseConditionIsUnknownAddsNothing",
             "start 100 add -40 while max(n of beta) > 1" + grades +
                 " grade at best C while max(n of beta) > 1",
             "s == 100 and s.grade == A", kThree),
      scored("AnUnknownWhereLeavesTheRecordOut", "start 100 add -5 per alpha where amount > 1",
             "s == 100", kThree),
      // "`public_credit` is a number and `public_credit.grade` an ordered value in any condition"
      {.name = "AScoreStandsInPatternsLevelsAndMessages",
       .rules = "score s { start 100 add -20 per alpha" + grades +
                " }\nrule x { on alpha a where s.grade <= C\n"
                "level red when s.grade == D, orange otherwise\n say \"{s} {s.grade}\" }",
       .records = kThree,
       .expected = {"x A for A orange 2025-01-02.. a2", "x A for A red 2025-01-03.. a3"},
       .messages = {"60 C", "40 D"}},
      {.name = "AScoreMayNameAnotherAndALet",
       .rules = "let poor = s < 70\n"
                "score s { start 100 add -20 per alpha }\n"
                "score both { start 0 add 1 while poor add 1 while s >= 40 }\n"
                "rule x { while both == 2 level red }",
       .records = kThree,
       .expected = {"x A for A red 2025-01-02.. -"}},
      {.name = "TheEvidenceOfAScoreIsWhatItCounts",
       .rules = "score s { start 100 add -20 per alpha where n >= 2 add -1 per beta }\n"
                "rule x { while s <= 60 level red }",
       .records = kThree,
       .expected = {"x A for A red 2025-01-03.. -"},
       .evidence = {"a2 a3"}},
  };
  for (ContractCase& one : telling_cases()) cases.push_back(std::move(one));
  return cases;
}

}  // namespace tocsin::testing
