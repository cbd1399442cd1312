#include "tests/engine/contract_cases.h"

namespace tocsin::testing {
namespace {

std::vector<ContractCase> sequence_cases() {
  return {
      {.name = "OnFiresAtEveryRecordThatFits",
       .rules = "rule x { on alpha a where a.n >= 2 level red }",
       .records = {"2025-01-01 alpha A a1 n=2", "2025-01-02 alpha A a2 n=1",
                   "2025-01-03 alpha A a3", "2025-01-04 alpha A a4 n=3"},
       .expected = {"x A for A red 2025-01-01.. a1", "x A for A red 2025-01-04.. a4"}},
      {.name = "ThenIsStrictlyLaterAndAtMostTheSpan",
       .rules = "rule x { on alpha a then beta b within 10d level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-01 beta A b1", "2025-01-11 beta A b2",
                   "2025-01-11T00:00:00.000001 beta A b3"},
       .expected = {"x A for A red 2025-01-11.. b2"}},
      {.name = "WithinACalendarSpanIsAddedToTheEarlierRecord",
       .rules = "rule x { on alpha a then beta b within 1mo level red }",
       .records = {"2025-01-31 alpha A a1", "2025-02-28 beta A b1", "2025-03-01 beta A b2"},
       .expected = {"x A for A red 2025-02-28.. b1"}},
      {.name = "AtMostOneWarningPerLastRecord",
       .rules = "rule x { on alpha a then beta b within 10d level red say \"{a.id}\" }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-01-03 beta A b1",
                   "2025-01-04 beta A b2"},
       .expected = {"x A for A red 2025-01-03.. b1", "x A for A red 2025-01-04.. b2"},
       .messages = {"a2", "a2"}},
      {.name = "TheLatestFittingRecordsAreBoundFromTheLastBackwards",
       .rules = "rule x { on alpha a then beta b within 10d where b.n >= a.n "
                "then gamma g within 10d level red say \"{a.id} {b.id}\" }",
       .records = {"2025-01-01 alpha A a1 n=1", "2025-01-02 beta A b1 n=1",
                   "2025-01-03 alpha A a2 n=3", "2025-01-04 beta A b2 n=2",
                   "2025-01-05 gamma A g1"},
       .expected = {"x A for A red 2025-01-05.. g1"},
       .messages = {"a1 b2"}},
      {.name = "OfTheSameInstantTheGreaterIdIsTheLater",
       .rules = "rule x { on alpha a then beta b within 10d level red say \"{a.id}\" }",
       .records = {"2025-01-01 alpha A a2", "2025-01-01 alpha A a1", "2025-01-02 beta A b1"},
       .expected = {"x A for A red 2025-01-02.. b1"},
       .messages = {"a2"}},
      {.name = "AChainOfOneTypeTakesEachRecordOnce",
       .rules = "rule x { on alpha a then alpha b within 10d then alpha c within 10d level red "
                "say \"{a.id} {b.id} {c.id}\" }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-01-02 alpha A a3",
                   "2025-01-03 alpha A a4"},
       .expected = {"x A for A red 2025-01-03.. a4"},
       .messages = {"a1 a3 a4"}},
  };
}

std::vector<ContractCase> firing_cases() {
  return {
      {.name = "AggregatesAreTakenAtTheFiringTimeAndMayReferToBoundRecords",
       .rules = "rule x { on alpha a where count(gamma over 5d) == 1 then beta b within 10d "
                "where count(alpha where n == a.n) >= 2 "
                "level red when count(alpha) >= 3, blue otherwise say \"{a.id}\" }",
       .records = {"2025-01-01 alpha A a1 n=1", "2025-01-02 alpha A a2 n=1",
                   "2025-01-03 alpha A a3 n=2", "2025-01-04 gamma A g1", "2025-01-05 beta A b1",
                   "2025-01-09 beta A b2"},
       .expected = {"x A for A red 2025-01-05.. b1"},
       .messages = {"a2"}},
      {.name = "AFiringSeesAllRecordsOfItsInstant",
       .rules = "rule x { on alpha a where count(alpha) == 2 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-01 alpha A a2", "2025-01-02 alpha A a3"},
       .expected = {"x A for A red 2025-01-01.. a1", "x A for A red 2025-01-01.. a2"}},
      {.name = "ToJoinTheSameDayUseAnAggregate",
       .rules = "rule x { on beta b where exists(alpha over 91d) level red }",
       .records = {"2025-01-01 beta A b1", "2025-01-01 alpha A a1"},
       .expected = {"x A for A red 2025-01-01.. b1"}},
      {.name = "OnWarningsStayOpenAndKeepTheirLevel",
       .rules = "rule x { on alpha a level red when count(alpha over 5d) >= 2, blue otherwise }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-03-01 gamma A g1"},
       .expected = {"x A for A blue 2025-01-01.. a1", "x A for A red 2025-01-02.. a2"}},
      {.name = "RecordsAreGroupedByTheFieldAndTheSubjectIsTheTriggers",
       .rules = "rule x { by place on alpha a then beta b within 10d "
                "where a.subject != b.subject level red }",
       .records = {"2025-01-01 alpha A a1 place=330106", "2025-01-02 beta B b1 place=330106",
                   "2025-01-03 beta A b2 place=330106", "2025-01-04 beta C b3 place=310101",
                   "2025-01-05 alpha A a2", "2025-01-06 beta B b4"},
       .expected = {"x 330106 for B red 2025-01-02.. b1"}},
      {.name = "ForNamesABoundRecordsSubject",
       .rules = "rule x { by place on alpha a then beta b within 10d level red for a.subject }\n"
                "rule y { by place on alpha a then beta b within 10d level red for a.note }",
       .records = {"2025-01-01 alpha A a1 place=330106", "2025-01-02 beta B b1 place=330106"},
       .expected = {"x 330106 for A red 2025-01-02.. b1", "y 330106 for - red 2025-01-02.. b1"}},
      {.name = "TheKeyIsKnownByItsFieldsName",
       .rules = "rule x { by place on alpha a where place == \"330106\" level red "
                "say \"{place.province}\" }",
       .records = {"2025-01-01 alpha A a1 place=330106", "2025-01-02 alpha A a2 place=310101"},
       .expected = {"x 330106 for A red 2025-01-01.. a1"},
       .messages = {"33"}},
  };
}

std::vector<ContractCase> once_and_each_cases() {
  return {
      {.name = "ACoolDownIsTakenGreedilyInTimeOrder",
       .rules = "rule x { on alpha a level red once per 10d }",
       .records = {"2025-01-01 alpha A a1", "2025-01-05 alpha A a2", "2025-01-11 alpha A a3",
                   "2025-01-20 alpha A a4", "2025-01-05 alpha B a5"},
       .expected = {"x A for A red 2025-01-01.. a1", "x A for A red 2025-01-11.. a3",
                    "x B for B red 2025-01-05.. a5"}},
      {.name = "ACoolDownOfACalendarSpanEndsAtItsClampedDay",
       .rules = "rule x { on alpha a level red once per 1mo }",
       .records = {"2025-01-31 alpha A a1", "2025-02-27 alpha A a2", "2025-02-28 alpha A a3"},
       .expected = {"x A for A red 2025-01-31.. a1", "x A for A red 2025-02-28.. a3"}},
      {.name = "OncePerExpressionKeepsTheEarliestOfEachValue",
       .rules = "rule x { on alpha a level red once per a.note }",
       .records = {"2025-01-01 alpha A a1 note=p", "2025-01-02 alpha A a2 note=q",
                   "2025-01-03 alpha A a3 note=p", "2025-01-04 alpha B a4 note=p"},
       .expected = {"x A for A red 2025-01-01.. a1", "x A for A red 2025-01-02.. a2",
                    "x B for B red 2025-01-04.. a4"}},
      {.name = "OfTheSameInstantOnceKeepsTheSmallerId",
       .rules = "rule x { on alpha a level red once per a.note }",
       .records = {"2025-01-01 alpha A a2 note=p", "2025-01-01 alpha A a1 note=p"},
       .expected = {"x A for A red 2025-01-01.. a1"}},
      {.name = "OncePerComparesValuesAsTheConditionsDo",
       .rules = "rule x { on alpha a level red once per a.ratio * 0 }",
       .records = {"2025-01-01 alpha A a1 ratio=-1", "2025-01-02 alpha A a2 ratio=1"},
       .expected = {"x A for A red 2025-01-01.. a1"}},
      {.name = "AMissingValueSuppressesNothing",
       .rules = "rule x { on alpha a level red once per a.note }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2"},
       .expected = {"x A for A red 2025-01-01.. a1", "x A for A red 2025-01-02.. a2"}},
      {.name = "OnEachAnswersEveryFirstRecordOnce",
       .rules = "rule x { on each alpha a then beta b within 10d level red say \"{a.id}\" }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-01-03 beta A b1",
                   "2025-01-04 beta A b2", "2025-01-05 alpha A a3", "2025-01-20 beta A b3"},
       .expected = {"x A for A red 2025-01-03.. b1", "x A for A red 2025-01-03.. b1"}},
      {.name = "OnEachTakesTheEarliestFittingCompletion",
       .rules = "rule x { on each alpha a then beta b within 10d where b.n == a.n level red }",
       .records = {"2025-01-01 alpha A a1 n=1", "2025-01-02 beta A b1 n=2",
                   "2025-01-03 beta A b2 n=1", "2025-01-04 beta A b3 n=1"},
       .expected = {"x A for A red 2025-01-03.. b2"}},
      {.name = "OnEachBindsTheEarliestRecordsOnTheWay",
       .rules = "rule x { on each alpha a then beta b within 10d then gamma g within 10d "
                "level red say \"{b.id}\" }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 beta A b1", "2025-01-03 beta A b2",
                   "2025-01-04 gamma A g1", "2025-01-05 gamma A g2"},
       .expected = {"x A for A red 2025-01-04.. g1"},
       .messages = {"b1"}},
      {.name = "OnEachWaitsForTheLatestCompletionThatClampedMonthsAllow",
       .rules =
           "rule x { on each alpha a then beta b within 1mo then gamma g within 1mo level red }",
       .records = {"2024-12-31T08:00:00 alpha A a1", "2025-01-30T12:00:00 beta A b1",
                   "2025-02-28T10:00:00 gamma A g1"},
       .expected = {"x A for A red 2025-02-28 10:00:00.. g1"}},
      {.name = "OnEachOfASingleStepIsLikeOn",
       .rules = "rule x { on each alpha a where a.n > 1 level red }",
       .records = {"2025-01-01 alpha A a1 n=2", "2025-01-02 alpha A a2"},
       .expected = {"x A for A red 2025-01-01.. a1"}},
  };
}

}  // namespace

std::vector<ContractCase> pattern_cases() {
  std::vector<ContractCase> cases;
  for (auto* part : {sequence_cases, firing_cases, once_and_each_cases}) {
    for (ContractCase& c : part()) cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace tocsin::testing
