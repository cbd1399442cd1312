#include "tests/engine/contract_cases.h"

namespace tocsin::testing {

namespace {

std::vector<ContractCase> interval_cases() {
  return {
      {.name = "ASubjectExistsFromItsFirstRecordOfAnyType",
       .rules = "rule x { while count(alpha over 1y) == 0 level red }",
       .records = {"2025-01-01 gamma A g1", "2025-02-01 alpha A a1", "2026-03-01 gamma B g1"},
       .expected = {"x A for A red 2025-01-01..2025-02-01 -", "x A for A red 2026-02-01.. -",
                    "x B for B red 2026-03-01.. -"}},
      {.name = "AKeyExistsFromTheFirstRecordOfAnyTypeThatHasTheField",
       .rules = "rule x { by place while count(alpha over 1y) == 0 level red }",
       .records = {"2025-01-01 gamma A g1", "2025-01-02 beta A b1 place=330106",
                   "2025-01-03 beta A b2", "2025-01-04 alpha B a1 place=330106",
                   "2025-01-05 alpha B a2 place=310101"},
       .expected = {"x 330106 for - red 2025-01-02..2025-01-04 -"}},
      {.name = "AWarningIsAMaximalIntervalInWhichTheConditionIsTrue",
       .rules = "rule x { while count(alpha over 10d) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-06 alpha A a2", "2025-02-01 alpha A a3"},
       .expected = {"x A for A red 2025-01-01..2025-01-16 -", "x A for A red 2025-02-01.. -"}},
      {.name = "OneRecordLeavingAsAnotherArrivesIsNoGap",
       .rules = "rule x { while count(alpha over 10d) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-11 alpha A a2", "2025-02-01 gamma B g1"},
       .expected = {"x A for A red 2025-01-01..2025-01-21 -"}},
  };
}

std::vector<ContractCase> level_and_truth_cases() {
  return {
      {.name = "TheLevelFollowsTheConditionsWhileTheWarningIsOpen",
       .rules = R"(rule x {
         while count(alpha over 10d) >= 1
         level red when count(alpha over 10d) >= 3, orange when count(alpha over 10d) >= 2,
               yellow otherwise
         say "{count(alpha over 10d)} of {count(alpha)}"
       })",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-01-03 alpha A a3",
                   "2025-01-12 gamma A g1"},
       .expected = {"x A for A yellow 2025-01-01.. -"},
       .messages = {"1 of 3"}},
      {.name = "TheLevelChangesWhenAWindowOfItsConditionLetsGo",
       .rules = "rule x { while count(alpha) >= 1 level red when count(beta over 10d) >= 1, "
                "blue otherwise say \"{count(beta over 10d)}\" }",
       .records = {"2025-01-01 alpha A a1", "2025-01-05 beta A b1", "2025-02-01 gamma B g1"},
       .expected = {"x A for A blue 2025-01-01.. -"},
       .messages = {"0"}},
      {.name = "TheMessageIsThatOfTheLastRaiseOrChange",
       .rules = R"(rule x {
         while count(alpha) >= 1
         level red when count(alpha) >= 3, orange otherwise
         say "{count(alpha)}"
       })",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2"},
       .expected = {"x A for A orange 2025-01-01.. -"},
       .messages = {"1"}},
      {.name = "ALevelConditionThatIsUnknownDoesNotApply",
       .rules = "rule x { while count(alpha) >= 1 "
                "level red when max(n of alpha) > 1, orange otherwise }",
       .records = {"2025-01-01 alpha A a1"},
       .expected = {"x A for A orange 2025-01-01.. -"}},
      {.name = "OnlyATrueConditionIsActive",
       .rules = "rule x { while max(n of alpha) > 1 level red }\n"
                "rule y { while not (max(n of alpha) > 1) level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2 n=1",
                   "2025-01-03 alpha A a3 n=2"},
       .expected = {"x A for A red 2025-01-03.. -", "y A for A red 2025-01-02..2025-01-03 -"}},
      {.name = "KleeneLogicDecidesWhatItCan",
       .rules = "rule both { while max(n of alpha) > 1 and exists(alpha) level red }\n"
                "rule either { while max(n of alpha) > 1 or exists(alpha) level red }\n"
                "rule neither { while not (max(n of alpha) > 1 and exists(beta)) level red }",
       .records = {"2025-01-01 alpha A a1"},
       .expected = {"either A for A red 2025-01-01.. -", "neither A for A red 2025-01-01.. -"}},
      {.name = "IsMissingIsKnownAndCoalesceAreNeverUnknown",
       .rules = "rule m { while max(n of alpha) is missing level red }\n"
                "rule k { while max(n of alpha) is known level red }\n"
                "rule c { while (max(n of alpha) ?? 7) == 7 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2 n=5"},
       .expected = {"m A for A red 2025-01-01..2025-01-02 -", "k A for A red 2025-01-02.. -",
                    "c A for A red 2025-01-01..2025-01-02 -"}},
  };
}

std::vector<ContractCase> subject_cases() {
  return {
      {.name = "TimesThatDifferByAMicrosecondAreDifferentKeys",
       .rules = "rule x { by limit while count(alpha) >= 2 level red }",
       .records = {"2025-01-01 alpha A a1 limit=2025-01-01T08:00:00.000001",
                   "2025-01-02 alpha A a2 limit=2025-01-01T08:00:00.000002"},
       .expected = {}},
      {.name = "FloatsThatDifferAnywhereAreDifferentKeys",
       .rules = "rule x { by ratio while count(alpha) >= 2 level red }",
       .records = {"2025-01-01 alpha A a1 ratio=0.12345671",
                   "2025-01-02 alpha A a2 ratio=0.12345672"},
       .expected = {}},
      {.name = "TheSubjectOfAWhileWarningByAFieldIsMissing",
       .rules = "rule x { by grade while count(alpha) >= 2 level red }",
       .records = {"2025-01-01 alpha A a1 grade=mid", "2025-01-02 alpha B a1 grade=mid",
                   "2025-01-03 alpha B a2"},
       .expected = {"x mid for - red 2025-01-02.. -"}},
      {.name = "ForSaysWhomTheWarningIsAbout",
       .rules = "rule x { by grade while count(alpha) >= 1 level red for last(note of alpha) }",
       .records = {"2025-01-01 alpha A a1 grade=mid note=Z", "2025-01-02 alpha A a2 grade=low"},
       .expected = {"x mid for Z red 2025-01-01.. -", "x low for - red 2025-01-02.. -"}},
      {.name = "ForIsEvaluatedAtTheLastRaiseOrChange",
       .rules = "rule x { while count(alpha) >= 1 "
                "level red when count(alpha) >= 3, blue otherwise for last(note of alpha) }",
       .records = {"2025-01-01 alpha A a1 note=one", "2025-01-02 alpha A a2 note=two",
                   "2025-01-03 alpha A a3 note=three", "2025-01-04 alpha A a4 note=four"},
       .expected = {"x A for three red 2025-01-01.. -"}},
      {.name = "TheProfileIsTheLatestKnownValueOfTheSubjectAsOfNow",
       .rules = "profile { place from alpha\n place, note from beta }\n"
                "rule x { while subject.place == \"330106\" level red say \"{subject.note}\" }",
       .records = {"2025-01-01 alpha A a1 place=330106", "2025-01-02 beta A b1 place=310101",
                   "2025-01-03 alpha A a2", "2025-01-04 beta A b2 place=330106 note=hi",
                   "2025-01-04 beta A b3 note=ho"},
       .expected = {"x A for A red 2025-01-01..2025-01-02 -", "x A for A red 2025-01-04.. -"},
       .messages = {"–", "ho"}},
      {.name = "TheProfileInsideAnAggregateIsAsOfTheEvaluationTime",
       .rules = "profile { place from beta }\n"
                "rule x { while count(alpha where place != subject.place) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1 place=330106", "2025-01-02 beta A b1 place=330106",
                   "2025-01-03 beta A b2 place=310101", "2025-01-04 beta A b3 place=330106"},
       .expected = {"x A for A red 2025-01-03..2025-01-04 -"}},
  };
}

std::vector<ContractCase> other_cases() {
  return {
      {.name = "LetsMeanTheirExpression",
       .rules = "let recent = count(alpha over 10d)\nlet many = recent >= 2\n"
                "rule x { while many level red say \"{recent}\" }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-02-02 gamma A g1"},
       .expected = {"x A for A red 2025-01-02..2025-01-11 -"},
       .messages = {"2"}},
      {.name = "WithoutSayTheMessageIsTheTitleElseTheName",
       .rules = "rule x \"A title\" { while exists(alpha) level red }",
       .records = {"2025-01-01 alpha A a1"},
       .expected = {"x A for A red 2025-01-01.. -"},
       .messages = {"A title"}},
      {.name = "TheClockStandsAtTheGreatestTimeSeenOrAtUntil",
       .rules = "rule x { while count(alpha over 10d) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-05 alpha B a2"},
       .expected = {"x A for A red 2025-01-01..2025-01-11 -", "x B for B red 2025-01-05.. -"},
       .until = "2025-01-11"},
      {.name = "ADayIsItsFirstInstantInTheZone",
       .rules = "rule x { while count(alpha over 24h) >= 2 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-01T15:59:59Z alpha A a2",
                   "2025-01-03 gamma A g1"},
       .expected = {"x A for A red 2025-01-01 23:59:59..2025-01-02 -"},
       .timezone = "Asia/Shanghai"},
      {.name = "ConditionsSeeAllRecordsOfTheInstant",
       .rules = "rule x { while count(alpha) == 1 level red }\n"
                "rule y { while count(alpha) == 2 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-01 alpha A a2"},
       .expected = {"y A for A red 2025-01-01.. -"}},
      {.name = "TheSameIdOfAnotherSubjectIsAnotherRecord",
       .rules = "rule x { by place while count(alpha) >= 2 level red }",
       .records = {"2025-01-01 alpha A a1 place=330106", "2025-01-01 alpha B a1 place=330106"},
       .expected = {"x 330106 for - red 2025-01-01.. -"}},
  };
}

}  // namespace

std::vector<ContractCase> while_cases() {
  std::vector<ContractCase> cases;
  for (auto* part : {interval_cases, level_and_truth_cases, subject_cases, other_cases}) {
    for (ContractCase& c : part()) cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace tocsin::testing
