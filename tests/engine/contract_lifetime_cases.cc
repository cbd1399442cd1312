// Lifetimes: language.md 5, and what 11 says of them. Each name is a sentence, or a part of one.
#include "tests/engine/contract_cases.h"

namespace tocsin::testing {
namespace {

const std::string kList =
    "record listing { list text until delisting d where d.list == list }\n"
    "record delisting { list text }\nrecord other { }\n";
const std::string kOrder =
    "record order { due date optional limit int optional until proof p where p.order == id }\n"
    "record proof { order text }\nrecord other { }\n";
const std::string kPermit =
    "record permit { valid_to date optional at time optional until valid_to until at }\n"
    "record other { }\n";

// "A record is in force from its `time` until the earliest of its `until` clauses: a record that
// matches (if that one is earlier, it was never in force), or a span or time."
std::vector<ContractCase> end_cases() {
  return {
      {.name = "ARecordIsInForceFromItsTimeUntilARecordThatMatches",
       .rules = kList + "rule x { while exists(listing in force) level red }",
       .records = {"2025-01-01 listing A l1 list=black", "2025-01-05 delisting A d1 list=grey",
                   "2025-02-01 delisting A d2 list=black", "2025-03-01 other A o"},
       .expected = {"x A for A red 2025-01-01..2025-02-01 -"}},
      {.name = "IfThatOneIsEarlierItWasNeverInForce",
       .rules = kList + "rule x { while exists(listing in force) level red }",
       .records = {"2025-01-01 delisting A d1 list=black", "2025-02-01 listing A l1 list=black",
                   "2025-03-01 listing A l2 list=grey"},
       .expected = {"x A for A red 2025-03-01.. -"}},
      {.name = "ARecordThatMatchesAtItsVeryTimeLeavesNothingInForce",
       .rules = kList + "rule x { while exists(listing in force) level red }",
       .records = {"2025-01-01 listing A l1 list=black", "2025-01-01 delisting A d1 list=black",
                   "2025-03-01 other A o"},
       .expected = {}},
      {.name = "RecordsOfAnotherSubjectEndNothing",
       .rules = kList + "rule x { while exists(listing in force) level red }",
       .records = {"2025-01-01 listing A l1 list=black", "2025-01-05 delisting B d1 list=black"},
       .expected = {"x A for A red 2025-01-01.. -"}},
      {.name = "TheEarliestRecordThatMatchesCounts",
       .rules = kList + "rule x { while exists(listing in force) level red }",
       .records = {"2025-01-01 listing A l1 list=black", "2025-02-01 delisting A d1 list=black",
                   "2025-02-05 delisting A d2 list=black", "2025-03-01 other A o"},
       .expected = {"x A for A red 2025-01-01..2025-02-01 -"}},
      {.name = "UntilASpan",
       .rules = "record ban { until 1mo until 40d }\nrecord other { }\n"
                "rule x { while count(ban in force) >= 1 level red }",
       .records = {"2025-01-31T12:00:00 ban A b1", "2025-07-01 other A o"},
       .expected = {"x A for A red 2025-01-31 12:00:00..2025-02-28 12:00:00 -"}},
      {.name = "UntilATimeOrADateWhichIsTheLastMicrosecondOfItsDay",
       .rules = kPermit + "rule x { while exists(permit in force) level red }",
       .records = {"2025-01-01 permit A p1 valid_to=2025-02-01",
                   "2025-01-01 permit B p1 at=2025-01-05T08:00:00",
                   "2025-01-01 permit C p1 at=2025-01-05T08:00:00 valid_to=2025-01-04",
                   "2025-01-01 permit D p1", "2025-03-01 other A o"},
       .expected = {"x A for A red 2025-01-01..2025-02-01 23:59:59.999999 -",
                    "x B for B red 2025-01-01..2025-01-05 08:00:00 -",
                    "x C for C red 2025-01-01..2025-01-04 23:59:59.999999 -",
                    "x D for D red 2025-01-01.. -"}},
      {.name = "WhatIsOverWhenItComesWasNeverInForce",
       .rules = kPermit + "rule x { while exists(permit in force) level red }",
       .records = {"2025-01-05 permit A p1 valid_to=2025-01-01",
                   "2025-01-05 permit B p1 at=2025-01-05", "2025-03-01 other A o"},
       .expected = {}},
      {.name = "WithoutUntilARecordIsInForceForEver",
       .rules = "rule x { while count(alpha in force where n >= 1) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1 n=1", "2035-01-01 beta A b1"},
       .expected = {"x A for A red 2025-01-01.. -"}},
      {.name = "ARecordDoesNotEndItself",
       .rules = "record state { until state s where s.time >= time }\nrecord other { }\n"
                "rule x { while count(state in force) == 0 level red }",
       .records = {"2025-01-01 state A s1", "2025-02-01 state A s2", "2025-03-01 other A o"},
       .expected = {}},
      {.name = "RecordsOfOneTypeMayEndEachOther",
       .rules = "record state { of text until state s where s.of == of and s.time > time }\n"
                "rule x { while count(state in force) >= 1 level red when "
                "last(of of state in force) == \"bad\", blue otherwise }",
       .records = {"2025-01-01 state A s1 of=bad", "2025-02-01 state A s2 of=good",
                   "2025-03-01 state A s3 of=bad"},
       .expected = {"x A for A red 2025-01-01.. -"}},
      {.name = "TheEndMayBeNamedByItsFieldsItsIdAndItsTime",
       .rules = "record penalty { n int until repair r where r.penalty == id and r.n > n and "
                "r.time < \"2025-02-01\" and r.subject == subject }\n"
                "record repair { penalty text n int }\n"
                "rule x { while count(penalty in force) >= 1 level red }",
       .records = {"2025-01-01 penalty A p1 n=3", "2025-01-02 repair A r1 penalty=p1 n=3",
                   "2025-01-03 repair A r2 penalty=p2 n=4", "2025-01-04 repair A r3 penalty=p1 n=4",
                   "2025-01-01 penalty B p1 n=3", "2025-02-03 repair B r1 penalty=p1 n=5"},
       .expected = {"x A for A red 2025-01-01..2025-01-04 -", "x B for B red 2025-01-01.. -"}},
      {.name = "AnUntilThatIsUnknownEndsNothing",
       .rules = "record a { n int optional until b x where x.n == n }\n"
                "record b { n int optional }\n"
                "rule x { while exists(a in force) level red }",
       .records = {"2025-01-01 a A a1", "2025-01-02 b A b1", "2025-01-03 b A b2 n=1"},
       .expected = {"x A for A red 2025-01-01.. -"}},
      {.name = "UntilARecordWithoutACondition",
       .rules = "record a { until b x }\nrecord b { }\n"
                "rule x { while exists(a in force) level red }",
       .records = {"2025-01-01 a A a1", "2025-01-02 a A a2", "2025-01-05 b A b1",
                   "2025-01-07 a A a3"},
       .expected = {"x A for A red 2025-01-01..2025-01-05 -"}},
  };
}

// "`due EXPR` (or a field named `due`) gives it a deadline: it is *overdue* at `t` when it is in
// force and the deadline has passed." "Overdue: `[deadline, end)`, empty unless `end > deadline`".
std::vector<ContractCase> overdue_cases() {
  return {
      {.name = "AFieldNamedDueIsADeadline",
       .rules = kOrder + "rule x { while exists(order overdue) level red }",
       .records = {"2025-01-01 order A o1 due=2025-02-01", "2025-03-01 proof A p1 order=o1",
                   "2025-04-01 other A o"},
       .expected = {"x A for A red 2025-02-01 23:59:59.999999..2025-03-01 -"}},
      {.name = "DueMayBeASpanOrATime",
       .rules = "record a { due 10d }\nrecord b { at time due at }\n"
                "rule x { while exists(a overdue) level red }\n"
                "rule y { while exists(b overdue) level red }",
       .records = {"2025-01-01 a A a1", "2025-01-01 b A b1 at=2025-01-03T08:00:00",
                   "2025-04-01 a B a1"},
       .expected = {"x A for A red 2025-01-11.. -", "y A for A red 2025-01-03 08:00:00.. -"}},
      {.name = "WhatArrivesOnTheLastDayIsInTime",
       .rules = kOrder + "rule x { while exists(order overdue) level red }\n"
                         "rule y { on order overdue o level red }",
       .records = {"2025-01-01 order A o1 due=2025-02-01", "2025-02-01 proof A p1 order=o1",
                   "2025-01-01 order B o1 due=2025-02-01",
                   "2025-02-01T23:59:59.999999 proof B p1 order=o1", "2025-04-01 other A o"},
       .expected = {}},
      {.name = "WhatArrivesOnTheNextDayIsLateEvenWhenBothCarryOnlyADay",
       .rules = kOrder + "rule x { while exists(order overdue) level red }",
       .records = {"2025-01-01 order A o1 due=2025-02-01", "2025-02-02 proof A p1 order=o1"},
       .expected = {"x A for A red 2025-02-01 23:59:59.999999..2025-02-02 -"}},
      {.name = "AMissingDeadlineNeverComesAndIsNeverOverdue",
       .rules = kOrder + "rule x { while exists(order overdue) level red }\n"
                         "rule y { on order overdue o level red }",
       .records = {"2025-01-01 order A o1", "2035-01-01 other A o"},
       .expected = {}},
      {.name = "ADeadlineBeforeTheRecordItselfCountsFromTheRecordsOwnTime",
       .rules = kOrder + "rule x { while exists(order overdue) level red }\n"
                         "rule y { on order overdue o level red }",
       .records = {"2025-01-10 order A o1 due=2025-01-01", "2025-02-01 proof A p1 order=o1"},
       .expected = {"x A for A red 2025-01-10..2025-02-01 -", "y A for A red 2025-01-10.. o1"}},
      {.name = "WhatEndsBeforeItsDeadlineIsNeverOverdue",
       .rules = "record a { due 10d until 10d }\nrecord b { due 10d until 11d }\n"
                "rule x { while exists(a overdue) level red }\n"
                "rule y { while exists(b overdue) level red }",
       .records = {"2025-01-01 a A a1", "2025-01-01 b A b1", "2025-04-01 a B a1"},
       .expected = {"y A for A red 2025-01-11..2025-01-12 -"}},
  };
}

std::vector<ContractCase> aggregate_cases() {
  return {
      {.name = "InForceIsTakenTogetherWithOverAndAgo",
       .rules = kList + "rule x { while count(listing in force over 30d) >= 2 level red }\n"
                        "rule y { while exists(listing in force ago 10d) level red }",
       .records = {"2025-01-01 listing A l1 list=p", "2025-01-05 listing A l2 list=q",
                   "2025-01-20 delisting A d1 list=p", "2025-04-01 delisting A d2 list=q",
                   "2025-05-01 other A o"},
       .expected = {"x A for A red 2025-01-05..2025-01-20 -",
                    "y A for A red 2025-01-11..2025-04-01 -"}},
      {.name = "OverLastTakesTheLastOfWhatIsInForce",
       .rules = kList + "rule x { while count(listing in force where list == \"p\" over last 2) "
                        ">= 2 level red }",
       .records = {"2025-01-01 listing A l1 list=p", "2025-01-02 listing A l2 list=q",
                   "2025-01-03 listing A l3 list=p", "2025-01-04 delisting A d1 list=q"},
       .expected = {"x A for A red 2025-01-04.. -"}},
      {.name = "EveryAggregateMaySpeakOfWhatIsInForce",
       .rules = "record a { n int until b x where x.a == id until 100d due 50d }\n"
                "record b { a text }\nrecord other { }\n"
                "rule x { while count(a) >= 1 level red when sum(n of a in force) > 4, orange "
                "otherwise say \"{sum(n of a in force)} {min(n of a in force)} {max(n of a in "
                "force)} {avg(n of a in force)} {first(id of a in force)} {last(id of a in force)} "
                "{distinct(n of a in force)} {count(a overdue)}\" }",
       .records = {"2025-01-01 a A a1 n=1", "2025-01-02 a A a2 n=4", "2025-01-03 b A b1 a=a1",
                   "2025-04-01 a A a3 n=2"},
       .expected = {"x A for A red 2025-01-01.. -"},
       .messages = {"6 2 4 3 a2 a3 2 1"}},
      {.name = "TheEvidenceIsWhatIsInForce",
       .rules = kList + "rule x { while count(listing in force) >= 2 level red }",
       .records = {"2025-01-01 listing A l1 list=p", "2025-01-02 delisting A d1 list=p",
                   "2025-01-03 listing A l2 list=q", "2025-01-04 listing A l3 list=r"},
       .expected = {"x A for A red 2025-01-04.. -"},
       .evidence = {"l2 l3"}},
      {.name = "AnOnRuleSeesWhatIsInForceAtItsFiringTime",
       .rules = kList + "rule x { on other o where exists(listing in force) level red }",
       .records = {"2025-01-01 listing A l1 list=p", "2025-01-02 other A o1",
                   "2025-01-03 delisting A d1 list=p", "2025-01-03 other A o2",
                   "2025-01-04 other A o3"},
       .expected = {"x A for A red 2025-01-02.. o1"}},
      {.name = "SpansAndTimesEndRecordsInRulesByAnyKey",
       .rules = "record ban { place region until 10d due 5d }\nrecord other { place region }\n"
                "rule x { by place while count(ban in force) >= 2 level red }\n"
                "rule y { by place on ban overdue b level red }",
       .records = {"2025-01-01 ban A b1 place=330106", "2025-01-02 ban B b1 place=330106",
                   "2025-01-03 ban C b1 place=310101", "2025-02-01 other D o place=330106",
                   "2025-02-01 other D p place=310101"},
       .expected = {"x 330106 for - red 2025-01-02..2025-01-11 -",
                    "y 330106 for A red 2025-01-06.. b1", "y 330106 for B red 2025-01-07.. b1",
                    "y 310101 for C red 2025-01-08.. b1"}},
  };
}

// "`on X overdue c where C` is evaluated where the overdue time begins."
std::vector<ContractCase> on_overdue_cases() {
  return {
      {.name = "OnOverdueTriggersAtTheDeadline",
       .rules = kOrder + "rule x { on order overdue o level red say \"{o.id} was due {o.due}\" }",
       .records = {"2025-01-01 order A o1 due=2025-02-01", "2025-01-01 order A o2 due=2025-02-02",
                   "2025-01-15 proof A p1 order=o2", "2025-04-01 other A o"},
       .expected = {"x A for A red 2025-02-01 23:59:59.999999.. o1"},
       .messages = {"o1 was due 2025-02-01"}},
      {.name = "OnOverdueWhereIsEvaluatedWhereTheOverdueTimeBegins",
       .rules = kOrder + "rule x { on order overdue o where count(other) >= o.limit level red }",
       .records = {"2025-01-01 order A o1 due=2025-02-01 limit=1", "2025-01-15 other A x1",
                   "2025-01-01 order B o1 due=2025-02-01 limit=1", "2025-02-02 other B x1"},
       .expected = {"x A for A red 2025-02-01 23:59:59.999999.. o1"}},
      {.name = "OnOverdueOncePerTakesThemInTheOrderOfTheirDeadlines",
       .rules = kOrder + "rule x { on order overdue o once per 30d level red }",
       .records = {"2025-01-01 order A o1 due=2025-02-10", "2025-01-02 order A o2 due=2025-02-01",
                   "2025-01-03 order A o3 due=2025-03-20", "2025-05-01 other A o"},
       .expected = {"x A for A red 2025-02-01 23:59:59.999999.. o2",
                    "x A for A red 2025-03-20 23:59:59.999999.. o3"}},
      {.name = "ThenCountsFromTheDeadline",
       .rules = kOrder + "rule x { on order overdue o then other z within 10d level red }",
       .records = {"2025-01-01 order A o1 due=2025-02-01", "2025-01-20 other A z1",
                   "2025-02-02 other A z2", "2025-02-11T23:59:59.999999 other A z3",
                   "2025-02-12 other A z4"},
       .expected = {"x A for A red 2025-02-02.. z2",
                    "x A for A red 2025-02-11 23:59:59.999999.. z3"}},
      {.name = "ThenNoCountsFromTheDeadline",
       .rules = kOrder + "rule x { on order overdue o then no proof p within 10d where p.order == "
                         "o.id level red }",
       .records = {"2025-01-01 order A o1 due=2025-02-01", "2025-01-01 order A o2 due=2025-02-02",
                   "2025-02-09 proof A p1 order=o2", "2025-04-01 other A o"},
       .expected = {"x A for A red 2025-02-11 23:59:59.999999.. o1"}},
      {.name = "OnEachOverdueAnswersEveryDeadline",
       .rules = kOrder + "rule x { on each order overdue o then proof p within 30d where p.order "
                         "== o.id level red say \"{o.id}\" }",
       .records = {"2025-01-01 order A o1 due=2025-02-01", "2025-01-01 order A o2 due=2025-02-02",
                   "2025-02-03 proof A p1 order=o2", "2025-02-04 proof A p2 order=o1",
                   "2025-02-05 proof A p3 order=o1"},
       .expected = {"x A for A red 2025-02-03.. p1", "x A for A red 2025-02-04.. p2"},
       .messages = {"o2", "o1"}},
  };
}

// "An `on` rule may have `until` clauses, as records do; without one its warnings stay open."
std::vector<ContractCase> rule_until_cases() {
  return {
      {.name = "AnOnRuleMayHaveUntilClausesAsRecordsDo",
       .rules = "rule x { on alpha a until 10d until a.limit until beta b where b.n == a.n "
                "level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2 limit=2025-01-05",
                   "2025-01-03 alpha A a3 n=1", "2025-01-04 beta A b1 n=1", "2025-03-01 gamma A g"},
       .expected = {"x A for A red 2025-01-01..2025-01-11 a1",
                    "x A for A red 2025-01-02..2025-01-05 a2",
                    "x A for A red 2025-01-03..2025-01-04 a3"}},
      {.name = "WithoutUntilTheWarningsOfAnOnRuleStayOpen",
       .rules = "rule x { on alpha a level red }",
       .records = {"2025-01-01 alpha A a1", "2035-01-01 gamma A g"},
       .expected = {"x A for A red 2025-01-01.. a1"}},
      {.name = "AWarningThatHasEndedBeforeItBeginsIsNeverRaisedAndHoldsBackNoOther",
       .rules = "rule x { on alpha a until beta b where b.n == a.n until a.due once per 30d "
                "level red }",
       .records = {"2025-01-01 beta A b1 n=1", "2025-01-02 alpha A a1 n=1",
                   "2025-01-03 alpha A a2 n=2 due=2025-01-01", "2025-01-04 alpha A a3 n=3",
                   "2025-01-05 alpha A a4 n=4"},
       .expected = {"x A for A red 2025-01-04.. a3"}},
      {.name = "ItsEndIsSoughtAmongTheRecordsOfItsKey",
       .rules = "rule x { by note on alpha a until beta b level red }",
       .records = {"2025-01-01 alpha A a1 note=p", "2025-01-02 beta B b1 note=q",
                   "2025-01-03 beta B b2 note=p", "2025-02-01 gamma C g"},
       .expected = {"x p for A red 2025-01-01..2025-01-03 a1"}},
      {.name = "TheEndMayNameEveryBoundRecord",
       .rules = "rule x { on alpha a then beta b within 10d until gamma g where g.ref == a.id and "
                "b.n == 1 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 beta A b1 n=1", "2025-01-03 beta A b2 n=2",
                   "2025-01-04 gamma A g1 ref=a1"},
       .expected = {"x A for A red 2025-01-02..2025-01-04 b1", "x A for A red 2025-01-03.. b2"}},
      {.name = "UntilCountsFromTheFiringTimeOfThenNo",
       .rules = "rule x { on alpha a then no beta b within 10d until 5d until beta c where c.n == "
                "a.n level red }",
       .records = {"2025-01-01 alpha A a1", "2025-02-01 alpha B a1 n=1", "2025-02-13 beta B b1 n=1",
                   "2025-03-01 gamma A g"},
       .expected = {"x A for A red 2025-01-11..2025-01-16 a1",
                    "x B for B red 2025-02-11..2025-02-13 a1"}},
      {.name = "WhatItBoundDoesNotEndIt",
       .rules = "rule x { on alpha a until alpha c where c.time >= a.time level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-05 alpha A a2"},
       .expected = {"x A for A red 2025-01-01..2025-01-05 a1", "x A for A red 2025-01-05.. a2"}},
  };
}

// "Looked for among the records of the same subject, whatever the rule's key." "A rule's warnings
// are records of a type with the rule's name, in force while the warning is active."
std::vector<ContractCase> told_cases() {
  const std::string penalties =
      "record penalty { place region until repair r where r.penalty == id due 40d }\n"
      "record repair { penalty text }\nrecord other { place region }\n";
  return {
      {.name = "RecordsEndInRulesByAnyKey",
       .rules = penalties + "rule x { by place while count(penalty in force) >= 2 level red }",
       .records = {"2025-01-01 penalty A p1 place=330106", "2025-01-02 penalty B p1 place=330106",
                   "2025-01-03 penalty C p1 place=310101", "2025-01-05 repair C r1 penalty=p1",
                   "2025-01-09 repair B r1 penalty=p1", "2025-02-01 other D o place=330106"},
       .expected = {"x 330106 for - red 2025-01-02..2025-01-09 -"}},
      {.name = "RecordsEndedBeforeTheyBeginAreNotInForceInRulesByAnyKey",
       .rules = penalties + "rule x { by place while count(penalty in force) >= 1 level red }",
       .records = {"2025-01-01 repair A r1 penalty=p1", "2025-01-02 penalty A p1 place=330106",
                   "2025-01-03 penalty B p1 place=310101", "2025-01-03 repair B r1 penalty=p1",
                   "2025-02-01 other D o place=330106"},
       .expected = {}},
      {.name = "OverdueInRulesByAnyKey",
       .rules = penalties + "rule x { by place on penalty overdue p level red }\n"
                            "rule y { by place while exists(penalty overdue) level red }",
       .records = {"2025-01-01 penalty A p1 place=330106", "2025-01-01 penalty B p1 place=330106",
                   "2025-01-20 repair A r1 penalty=p1", "2025-03-01 repair B r1 penalty=p1",
                   "2025-04-01 other D o place=330106"},
       .expected = {"x 330106 for B red 2025-02-10.. p1",
                    "y 330106 for - red 2025-02-10..2025-03-01 -"}},
      {.name = "WarningsAreInForceWhileTheyAreActive",
       .rules = "rule a { while exists(alpha over 10d) level red }\n"
                "rule b { while count(a in force) >= 1 level blue }\n"
                "rule c { while count(a) >= 2 level blue }",
       .records = {"2025-01-01 alpha A a1", "2025-02-01 alpha A a2", "2025-03-01 beta A b1"},
       .expected = {"a A for A red 2025-01-01..2025-01-11 -",
                    "a A for A red 2025-02-01..2025-02-11 -",
                    "b A for A blue 2025-01-01..2025-01-11 -",
                    "b A for A blue 2025-02-01..2025-02-11 -", "c A for A blue 2025-02-01.. -"}},
      {.name = "WarningsOfOnRulesAreInForceUntilTheyEnd",
       .rules = "rule a { by note on alpha x until beta y level red }\n"
                "rule b { by note while exists(a in force) level blue }",
       .records = {"2025-01-01 alpha A a1 note=p", "2025-01-05 beta B b1 note=p",
                   "2025-01-07 alpha A a2 note=q", "2025-03-01 gamma A g1"},
       .expected = {"a p for A red 2025-01-01..2025-01-05 a1", "a q for A red 2025-01-07.. a2",
                    "b p for - blue 2025-01-01..2025-01-05 -", "b q for - blue 2025-01-07.. -"}},
  };
}

const std::string kBosses =
    "record reg { boss text }\nprofile { boss from reg }\n"
    "record penalty { until repair r where r.penalty == id due 10d }\n"
    "record repair { penalty text }\n";

// "key: a field of the records, else a profile field", as of the record's time: what ends it ends
// it under that key, whatever the profile says by then.
std::vector<ContractCase> profile_key_cases() {
  return {
      {.name = "WhatIsInForceUnderAKeyFromTheProfileEndsUnderThatKey",
       .rules = kBosses + "rule x { by boss while exists(penalty in force) level red }",
       .records = {"2025-01-01 reg A g1 boss=w", "2025-01-02 penalty A p1",
                   "2025-01-03 reg A g2 boss=v", "2025-01-04 penalty A p2",
                   "2025-01-05 repair A r1 penalty=p1", "2025-01-07 repair A r2 penalty=p2"},
       .expected = {"x v for - red 2025-01-04..2025-01-07 -",
                    "x w for - red 2025-01-02..2025-01-05 -"}},
      {.name = "WhatEndedBeforeItBeganIsInForceUnderNoKey",
       .rules = kBosses + "rule x { by boss while exists(penalty in force) level red }",
       .records = {"2025-01-01 reg A g1 boss=w", "2025-01-02 repair A r1 penalty=p1",
                   "2025-01-03 penalty A p1", "2025-01-04 penalty A p2"},
       .expected = {"x w for - red 2025-01-04.. -"}},
      {.name = "OverdueUnderAKeyFromTheProfile",
       .rules = kBosses + "rule x { by boss while exists(penalty overdue) level red }\n"
                          "rule y { by boss on penalty overdue p level red }",
       .records = {"2025-01-01 reg A g1 boss=w", "2025-01-02 penalty A p1",
                   "2025-01-02 penalty A p2", "2025-01-03 reg A g2 boss=v",
                   "2025-01-05 repair A r2 penalty=p2", "2025-02-01 repair A r1 penalty=p1"},
       .expected = {"x w for - red 2025-01-12..2025-02-01 -", "y w for A red 2025-01-12.. p1"}},
      {.name = "WarningsInForceUnderAKeyFromTheProfile",
       .rules = kBosses + "rule hit { while exists(penalty over 5d) level blue }\n"
                          "rule x { by boss while exists(hit in force) level red }",
       .records = {"2025-01-01 reg A g1 boss=w", "2025-01-02 penalty A p1",
                   "2025-01-03 reg A g2 boss=v", "2025-02-01 reg A g3 boss=u"},
       .expected = {"hit A for A blue 2025-01-02..2025-01-07 -",
                    "x w for - red 2025-01-02..2025-01-07 -"}},
  };
}

}  // namespace

std::vector<ContractCase> lifetime_cases() {
  std::vector<ContractCase> all;
  for (auto* part : {end_cases, overdue_cases, aggregate_cases, on_overdue_cases, rule_until_cases,
                     told_cases, profile_key_cases}) {
    const std::vector<ContractCase> cases = part();
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

}  // namespace tocsin::testing
