#include "tests/engine/contract_cases.h"

namespace tocsin::testing {

namespace {

// Companies have controllers and holders; what is counted are penalties.
constexpr const char* kCompanies =
    "record registration { controller text optional  region region optional }\n"
    "record shareholding { holder text  ratio decimal }\n"
    "record penalty { amount int optional  region region optional }\n"
    "profile { region from registration }\n"
    "link control {\n"
    "  registration: subject -- controller\n"
    "  shareholding where ratio >= 0.25: subject -- holder\n"
    "}\n";

std::string companies(const std::string& rules) { return kCompanies + rules; }

std::vector<ContractCase> reach_cases() {
  return {
      {.name = "TheAggregateRunsOverTheRecordsOfAllSubjectsWithinNEdges",
       .rules = companies("rule x { while count(penalty across control 2 hops) >= 2 level red }"),
       .records = {"2025-01-01 registration A r1 controller=w",
                   "2025-01-02 registration B r2 controller=w",
                   "2025-01-03 registration C r3 controller=v", "2025-01-04 penalty A p1",
                   "2025-01-05 penalty B p2", "2025-01-06 penalty C p3"},
       .expected = {"x A for A red 2025-01-05.. -", "x B for B red 2025-01-05.. -"},
       .evidence = {"p1 p2", "p1 p2"}},
      {.name = "AnEdgeJoinsTwoNamesSubjectPersonSubjectIsTwoHops",
       .rules = companies("rule x { while count(penalty across control) >= 1 level red }\n"
                          "rule y { while count(penalty across control 2 hops) >= 1 level red }"),
       .records = {"2025-01-01 registration A r1 controller=w",
                   "2025-01-02 registration B r2 controller=w", "2025-01-04 penalty B p1",
                   "2025-01-05 penalty w p2"},
       // w is a subject itself from its first record on.
       .expected = {"x A for A red 2025-01-05.. -", "x B for B red 2025-01-04.. -",
                    "x w for w red 2025-01-05.. -", "y A for A red 2025-01-04.. -",
                    "y B for B red 2025-01-04.. -", "y w for w red 2025-01-05.. -"}},
      {.name = "UpToFourHops",
       .rules = companies("rule x { while count(penalty across control 3 hops) >= 1 level red }\n"
                          "rule y { while count(penalty across control 4 hops) >= 1 level red }"),
       .records = {"2025-01-01 registration A r1 controller=v",
                   "2025-01-01 registration B r2 controller=v",
                   "2025-01-01 shareholding B s1 holder=w ratio=0.5",
                   "2025-01-01 registration C r3 controller=w", "2025-01-04 penalty C p1"},
       .expected = {"x B for B red 2025-01-04.. -", "x C for C red 2025-01-04.. -",
                    "y A for A red 2025-01-04.. -", "y B for B red 2025-01-04.. -",
                    "y C for C red 2025-01-04.. -"}},
      {.name = "ByTheLinksInForceAtT",
       .rules = companies("rule x { while count(penalty over 10d across control 2 hops) >= 1 "
                          "level red }"),
       .records = {"2025-01-01 registration A r1", "2025-01-02 registration B r2 controller=w",
                   "2025-01-03 penalty B p1", "2025-01-05 shareholding A s1 holder=w ratio=0.25",
                   "2025-02-01 penalty C p2"},
       .expected = {"x A for A red 2025-01-05..2025-01-13 -",
                    "x B for B red 2025-01-03..2025-01-13 -", "x C for C red 2025-02-01.. -"}},
      {.name = "ALinkLooksAtItsRecordAlone",
       .rules = companies("rule x { while count(penalty across control) >= 1 level red }"),
       .records = {"2025-01-01 shareholding A s1 holder=B ratio=0.2",
                   "2025-01-02 shareholding C s2 holder=B ratio=0.25", "2025-01-04 penalty B p1"},
       .expected = {"x B for B red 2025-01-04.. -", "x C for C red 2025-01-04.. -"}},
      {.name = "NamesAreComparedAsTexts",
       .rules = "record registration { at region }\nrecord shop { place text optional }\n"
                "link l { registration: subject -- at, shop: subject -- place }\n"
                "rule x { while count(shop across l 2 hops excluding self) >= 1 level red }",
       .records = {"2025-01-01 registration A r1 at=330106", "2025-01-02 shop B s1 place=330106",
                   "2025-01-02 shop C s1 place=33010"},
       .expected = {"x A for A red 2025-01-02.. -"}},
      {.name = "TheSubjectItselfIsAmongThemUnlessExcludingSelf",
       .rules = companies("rule x { while count(penalty across control 2 hops) >= 1 level red }\n"
                          "rule y { while count(penalty across control 2 hops excluding self) >= 1 "
                          "level red }"),
       .records = {"2025-01-01 registration A r1 controller=w",
                   "2025-01-02 registration B r2 controller=w", "2025-01-04 penalty A p1"},
       .expected = {"x A for A red 2025-01-04.. -", "x B for B red 2025-01-04.. -",
                    "y B for B red 2025-01-04.. -"}},
      {.name = "ALinkRecordWithAMissingEndMakesNoEdge",
       .rules = companies("rule x { while count(penalty across control 2 hops excluding self) >= 1 "
                          "level red }"),
       .records = {"2025-01-01 registration A r1", "2025-01-02 registration B r2",
                   "2025-01-04 penalty A p1"},
       .expected = {}},
      {.name = "ASubjectExistsFromItsOwnFirstRecord",
       .rules = companies("rule x { while count(penalty across control) >= 1 level red }"),
       .records = {"2025-01-01 registration A r1 controller=w", "2025-01-04 penalty A p1",
                   "2025-01-08 shareholding w s1 holder=v ratio=0.5"},
       .expected = {"x A for A red 2025-01-04.. -", "x w for w red 2025-01-08.. -"}},
  };
}

std::vector<ContractCase> aggregate_cases() {
  return {
      {.name = "InWhereSubjectIsTheOneFromWhomTheLinksAreFollowed",
       .rules = companies("rule x { while count(penalty where region != subject.region over 1y "
                          "across control 2 hops excluding self) >= 1 level red }"),
       .records = {"2025-01-01 registration A r1 controller=w region=330106",
                   "2025-01-02 registration B r2 controller=w region=310101",
                   "2025-01-04 penalty A p1 region=330106",
                   "2025-01-05 penalty B p2 region=330106"},
       .expected = {"x B for B red 2025-01-04..2026-01-04 -"},
       .until = "2027-01-01",
       .evidence = {"p1"}},
      {.name = "OverLastTakesTheLastOfAllWithinReach",
       .rules = companies("rule x { while sum(amount of penalty over last 2 across control 2 hops) "
                          "== 6 level red }"),
       .records = {"2025-01-01 registration A r1 controller=w",
                   "2025-01-02 registration B r2 controller=w", "2025-01-03 penalty A p1 amount=1",
                   "2025-01-04 penalty B p2 amount=2", "2025-01-05 penalty A p3 amount=4",
                   "2025-01-06 penalty B p4 amount=9"},
       .expected = {"x A for A red 2025-01-05..2025-01-06 -",
                    "x B for B red 2025-01-05..2025-01-06 -"},
       .evidence = {"p2 p3", "p2 p3"}},
      {.name = "EveryKindOfAggregateRunsAcross",
       .rules = companies(
           "rule x { while exists(penalty across control 2 hops) level red say \""
           "{count(penalty across control 2 hops)} {sum(amount of penalty across control 2 hops)} "
           "{avg(amount of penalty across control 2 hops)} {min(amount of penalty across control 2 "
           "hops)} {max(amount of penalty across control 2 hops)} {first(amount of penalty across "
           "control 2 hops)} {last(amount of penalty across control 2 hops)} {distinct(subject of "
           "penalty across control 2 hops)} {stddev(amount of penalty across control 2 hops)}\" }"),
       .records = {"2025-01-01 registration A r1 controller=w", "2025-01-03 penalty B p1 amount=1",
                   "2025-01-04 penalty B p2 amount=5", "2025-01-05 registration B r2 controller=w"},
       .expected = {"x A for A red 2025-01-05.. -", "x B for B red 2025-01-03.. -"},
       .messages = {"1 1 1 1 1 1 1 1 0", "2 6 3 1 5 1 5 1 2"}},
      {.name = "AggregatesInAnOnRuleAreTakenAtTheFiringTimeAcrossALink",
       .rules =
           companies("rule x { on penalty p where count(penalty where amount < p.amount across "
                     "control 2 hops excluding self) >= 1 level red }"),
       .records = {"2025-01-01 registration A r1 controller=w", "2025-01-03 penalty B p1 amount=1",
                   "2025-01-04 penalty A p2 amount=5", "2025-01-05 registration B r2 controller=w",
                   "2025-01-06 penalty A p3 amount=5", "2025-01-07 penalty A p4 amount=1"},
       .expected = {"x A for A red 2025-01-06.. p3"},
       .evidence = {"p1 p3"}},
      {.name = "BeyondAtMostTheAggregateIsUnknown",
       .rules =
           companies("rule x { while count(penalty across control 2 hops at most 2) >= 1 "
                     "level red }\n"
                     "rule y { while count(penalty across control 2 hops at most 2) is missing "
                     "level red }"),
       .records = {"2025-01-01 registration A r1 controller=w",
                   "2025-01-02 registration B r2 controller=w", "2025-01-03 penalty A p1",
                   "2025-01-04 registration C r3 controller=w"},
       .expected = {"x A for A red 2025-01-03..2025-01-04 -",
                    "x B for B red 2025-01-03..2025-01-04 -", "y A for A red 2025-01-04.. -",
                    "y B for B red 2025-01-04.. -", "y C for C red 2025-01-04.. -"}},
      {.name = "ARecordSeenAcrossALinkAndByItselfIsEvidenceOnce",
       .rules = companies("rule x { while count(penalty across control 2 hops) >= 2 and "
                          "count(penalty) >= 1 level red }"),
       .records = {"2025-01-01 registration A r1 controller=w",
                   "2025-01-02 registration B r2 controller=w", "2025-01-03 penalty A p1",
                   "2025-01-04 penalty B p2"},
       .expected = {"x A for A red 2025-01-04.. -", "x B for B red 2025-01-04.. -"},
       .evidence = {"p1 p2", "p1 p2"}},
  };
}

// Shares are sold, and penalties repaired.
std::string lasting(const std::string& rules) {
  return "record shareholding { holder text  held_to date optional\n"
         "  until sale s where s.of == id\n  until held_to }\n"
         "record sale { of text }\n"
         "record penalty { until repair r where r.of == id\n  due 10d }\n"
         "record repair { of text }\n"
         "link control { shareholding: subject -- holder }\n" +
         rules;
}

std::vector<ContractCase> lifetime_link_cases() {
  return {
      {.name = "EdgesLiveAsLongAsTheirRecordIsInForce",
       .rules = lasting("rule x { while count(penalty across control 2 hops excluding self) >= 1 "
                        "level red }"),
       .records = {"2025-01-01 shareholding A s1 holder=w", "2025-01-02 shareholding B s2 holder=w",
                   "2025-01-03 penalty B p1", "2025-01-10 sale B v1 of=s2",
                   "2025-01-12 sale B v2 of=s1"},
       .expected = {"x A for A red 2025-01-03..2025-01-10 -"}},
      {.name = "AnEdgeEndsWithTheLastDayThatItsRecordNames",
       .rules = lasting("rule x { while count(penalty across control 2 hops excluding self) >= 1 "
                        "level red }"),
       .records = {"2025-01-01 shareholding A s1 holder=w held_to=2025-01-08",
                   "2025-01-02 shareholding B s2 holder=w", "2025-01-03 penalty B p1"},
       .expected = {"x A for A red 2025-01-03..2025-01-08 23:59:59.999999 -"},
       .until = "2025-03-01"},
      {.name = "AShareThatWasSoldBeforeItCameNeverJoinedAnybody",
       .rules = lasting("rule x { while count(penalty across control 2 hops excluding self) >= 1 "
                        "level red }"),
       .records = {"2025-01-01 shareholding A s1 holder=w", "2025-01-01 sale B v1 of=s2",
                   "2025-01-02 shareholding B s2 holder=w", "2025-01-03 penalty B p1"},
       .expected = {}},
      {.name = "WhatIsInForceAcrossALinkIsEndedByItsOwnSubjectsRecords",
       .rules = lasting("rule x { while count(penalty in force across control 2 hops) >= 2 level "
                        "red }"),
       .records = {"2025-01-01 shareholding A s1 holder=w", "2025-01-02 shareholding B s2 holder=w",
                   "2025-01-03 penalty A p1", "2025-01-04 penalty B p1",
                   "2025-01-06 repair B r1 of=p1"},
       .expected = {"x A for A red 2025-01-04..2025-01-06 -",
                    "x B for B red 2025-01-04..2025-01-06 -"},
       .evidence = {"p1 p1", "p1 p1"}},
      {.name = "WhatIsOverdueCountsFromWhenItsSubjectComesWithinReach",
       .rules = lasting("rule x { while exists(penalty overdue across control 2 hops excluding "
                        "self) level red }"),
       .records = {"2025-01-01 shareholding A s1 holder=w", "2025-01-03 penalty B p1",
                   "2025-01-20 shareholding B s2 holder=w", "2025-01-25 repair B r1 of=p1",
                   "2025-02-01 penalty A p2"},
       .expected = {"x A for A red 2025-01-20..2025-01-25 -", "x B for B red 2025-02-11.. -"},
       .until = "2025-03-01"},
  };
}

}  // namespace

std::vector<ContractCase> link_cases() {
  std::vector<ContractCase> all = reach_cases();
  for (ContractCase& one : aggregate_cases()) all.push_back(std::move(one));
  for (ContractCase& one : lifetime_link_cases()) all.push_back(std::move(one));
  return all;
}

}  // namespace tocsin::testing
