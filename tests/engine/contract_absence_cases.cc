#include "tests/engine/contract_cases.h"

namespace tocsin::testing {
namespace {

std::vector<ContractCase> within_cases() {
  return {
      {.name = "ThenNoWithinFiresWhenItsTimeIsOver",
       .rules = "rule x { on alpha a then no beta b within 10d level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-05 alpha A a2", "2025-01-20 gamma B g1"},
       .expected = {"x A for A red 2025-01-11.. a1", "x A for A red 2025-01-15.. a2"}},
      {.name = "ThenNoIsPreventedByWhatComesLaterAndByTheEnd",
       .rules = "rule x { on alpha a then no beta b within 10d level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-11 beta A b1", "2025-02-01 alpha B a1",
                   "2025-02-01 beta B b1", "2025-02-11T00:00:00.000001 beta B b2",
                   "2025-04-01 gamma C g1"},
       .expected = {"x B for B red 2025-02-11.. a1"}},
      {.name = "ThenNoLooksOnlyForFittingRecords",
       .rules = "rule x { on alpha a then no beta b within 10d where b.n == a.n level red }",
       .records = {"2025-01-01 alpha A a1 n=1", "2025-01-02 alpha A a2 n=2",
                   "2025-01-03 beta A b1 n=2", "2025-01-04 beta A b2", "2025-03-01 gamma A g1"},
       .expected = {"x A for A red 2025-01-11.. a1"}},
      {.name = "ADeadlineBeyondTheClockHasNotComeYet",
       .rules = "rule x { on alpha a then no beta b within 10d level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2"},
       .expected = {"x A for A red 2025-01-11.. a1"},
       .until = "2025-01-11"},
      {.name = "ThenNoAfterThenWaitsFromTheLastRecord",
       .rules = "rule x { on alpha a then beta b within 5d then no gamma g within 10d "
                "where g.ref == a.id level red say \"{a.id}\" }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-01-03 beta A b1",
                   "2025-01-04 gamma A g1 ref=a2", "2025-03-01 gamma A g2"},
       .expected = {"x A for A red 2025-01-13.. b1"},
       .messages = {"a1"}},
      {.name = "AggregatesAreTakenAtTheDeadline",
       .rules =
           "rule x { on alpha a where count(gamma over 5d) >= 1 then no beta b within 10d "
           "where count(gamma over 3d) >= 1 level red when count(gamma) >= 2, blue otherwise }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 beta A b1", "2025-01-07 gamma A g1",
                   "2025-02-01 alpha B a1", "2025-02-02 beta B b1", "2025-02-03 gamma B g0",
                   "2025-02-09 gamma B g1", "2025-04-01 gamma C g1"},
       .expected = {"x A for A blue 2025-01-11.. a1"}},
      {.name = "TheProfileIsTakenAtTheDeadline",
       .rules = "profile { note from beta }\n"
                "rule x { on alpha a where subject.note == a.note then no gamma g within 10d level "
                "red }",
       .records = {"2025-01-01 alpha A a1 note=p", "2025-01-05 beta A b1 note=p",
                   "2025-02-01 gamma B g1"},
       .expected = {"x A for A red 2025-01-11.. a1"}},
      {.name = "OnEachThenThenNoAnswersEveryFirstRecord",
       .rules = "rule x { on each alpha a then beta b within 10d then no gamma g within 30d "
                "where g.ref == a.id level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-01-03 alpha A a3",
                   "2025-01-04 beta A b1", "2025-01-05 beta A b2", "2025-01-06 gamma A g1 ref=a2",
                   "2025-03-01 gamma B g1"},
       .expected = {"x A for A red 2025-02-03.. b1", "x A for A red 2025-02-03.. b1"}},
      {.name = "AnAnchorFiresOnceThoughSeveralDeadlinesCome",
       .rules =
           "rule x { on alpha a then gamma g within 10d then no beta b before a.due level red }",
       .records = {"2025-01-01 alpha A a1 due=2025-02-10", "2025-01-02 alpha A a2 due=2025-02-20",
                   "2025-01-03 gamma A g1", "2025-03-01 gamma B g2"},
       .expected = {"x A for A red 2025-02-10 23:59:59.999999.. g1"}},
      {.name = "OnceAppliesInTheOrderOfTheDeadlines",
       .rules = "rule x { on alpha a then no beta b before a.due level red once per a.note }",
       .records = {"2025-01-01 alpha A a1 due=2025-01-20 note=p",
                   "2025-01-02 alpha A a2 due=2025-01-10 note=p", "2025-03-01 gamma A g1"},
       .expected = {"x A for A red 2025-01-10 23:59:59.999999.. a2"}},
  };
}

std::vector<ContractCase> before_cases() {
  return {
      {.name = "ADateIsOverWithItsLastMicrosecond",
       .rules = "rule x { on alpha a then no beta b before a.due level red }",
       .records = {"2025-01-01 alpha A a1 due=2025-01-10", "2025-01-10T23:59:59.999999 beta A b1",
                   "2025-01-01 alpha B a1 due=2025-01-10", "2025-01-11 beta B b1"},
       .expected = {"x B for B red 2025-01-10 23:59:59.999999.. a1"}},
      {.name = "ATimeIsADeadlineAsItStands",
       .rules = "rule x { on alpha a then no beta b before a.limit level red }",
       .records = {"2025-01-01 alpha A a1 limit=2025-01-10T08:00:00",
                   "2025-01-10T08:00:00 beta A b1",
                   "2025-01-01 alpha B a1 limit=2025-01-10T08:00:00",
                   "2025-01-10T08:00:01 beta B b1"},
       .expected = {"x B for B red 2025-01-10 08:00:00.. a1"}},
      {.name = "AMissingDeadlineNeverComes",
       .rules = "rule x { on alpha a then no beta b before a.due level red }",
       .records = {"2025-01-01 alpha A a1", "2030-01-01 gamma A g1"},
       .expected = {}},
      {.name = "ADeadlineBeforeTheRecordCountsFromTheRecordsTime",
       .rules = "rule x { on alpha a then no beta b before a.due level red }",
       .records = {"2025-01-05 alpha A a1 due=2025-01-03", "2025-01-06 beta A b1"},
       .expected = {"x A for A red 2025-01-05.. a1"}},
      {.name = "EveryChoiceHasItsDeadlineAndTheEarliestThatFitsFires",
       .rules = "rule x { on alpha a then gamma g within 10d then no beta b before a.due "
                "level red say \"{a.id}\" }",
       .records = {"2025-01-01 alpha A a1 due=2025-02-10", "2025-01-02 alpha A a2 due=2025-02-20",
                   "2025-01-03 gamma A g1", "2025-03-01 gamma A g2"},
       .expected = {"x A for A red 2025-02-10 23:59:59.999999.. g1"},
       .messages = {"a1"}},
      {.name = "OfChoicesWithOneDeadlineTheLatestIsBound",
       .rules = "rule x { on alpha a then gamma g within 10d then no beta b before a.due "
                "level red say \"{a.id}\" }",
       .records = {"2025-01-01 alpha A a1 due=2025-02-10", "2025-01-02 alpha A a2 due=2025-02-10",
                   "2025-01-02 alpha A a0 due=2025-02-10", "2025-01-03 gamma A g1",
                   "2025-03-01 gamma A g2"},
       .expected = {"x A for A red 2025-02-10 23:59:59.999999.. g1"},
       .messages = {"a2"}},
      {.name = "OnEachThenNoAnswersEveryFirstRecord",
       .rules = "rule x { on each alpha a then no beta b before a.due where b.note == a.id "
                "level red }",
       .records = {"2025-01-01 alpha A a1 due=2025-01-10", "2025-01-02 alpha A a2 due=2025-01-10",
                   "2025-01-05 beta A b1 note=a1", "2025-03-01 gamma A g1"},
       .expected = {"x A for A red 2025-01-10 23:59:59.999999.. a2"}},
      {.name = "TheEndOfADayIsInThePolicysZone",
       .rules = "rule x { on alpha a then no beta b before a.due level red }",
       .records = {"2025-01-01 alpha A a1 due=2025-01-10", "2025-01-10T15:59:59Z beta A b1",
                   "2025-01-01 alpha B a1 due=2025-01-10", "2025-01-10T16:00:00Z beta B b1"},
       .expected = {"x B for B red 2025-01-10 23:59:59.999999.. a1"},
       .timezone = "Asia/Shanghai"},
  };
}

}  // namespace

std::vector<ContractCase> absence_cases() {
  std::vector<ContractCase> cases = within_cases();
  for (ContractCase& c : before_cases()) cases.push_back(std::move(c));
  return cases;
}

}  // namespace tocsin::testing
