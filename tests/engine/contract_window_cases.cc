#include "tests/engine/contract_cases.h"

namespace tocsin::testing {

namespace {

std::vector<ContractCase> span_cases() {
  return {
      {.name = "OverIsClosedAtTheRecordAndOpenAtItsEnd",
       .rules = "rule x { while count(alpha over 10d) >= 2 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-11 alpha A a2", "2025-02-01 alpha B a1",
                   "2025-02-10T23:59:59.999999 alpha B a2", "2025-03-01 gamma A g1"},
       .expected = {"x B for B red 2025-02-10 23:59:59.999999..2025-02-11 -"}},
      {.name = "AgoWithOverShiftsTheWindow",
       .rules = "rule x { while count(alpha over 30d ago 30d) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-06-01 gamma A g1"},
       .expected = {"x A for A red 2025-01-31..2025-03-02 -"}},
      {.name = "AgoAloneSeesWhatIsOldEnough",
       .rules = "rule x { while count(alpha ago 1mo) >= 1 level red }",
       .records = {"2025-01-31 alpha A a1", "2025-06-01 gamma A g1"},
       .expected = {"x A for A red 2025-02-28.. -"}},
      {.name = "CalendarSpansAreAddedToTheRecordAndClamped",
       .rules = "rule x { while count(alpha over 1mo) >= 1 level red }",
       .records = {"2025-01-29 alpha A a1", "2025-01-31 alpha B a1", "2024-01-30 alpha C a1",
                   "2025-12-31 gamma D g1"},
       .expected = {"x A for A red 2025-01-29..2025-02-28 -",
                    "x B for B red 2025-01-31..2025-02-28 -",
                    "x C for C red 2024-01-30..2024-02-29 -"}},
      {.name = "SpansAreAddedOneAfterTheOtherAgoFirst",
       .rules = "rule x { while count(alpha over 1mo ago 1mo) >= 1 level red }",
       .records = {"2025-01-31 alpha A a1", "2025-12-31 gamma D g1"},
       .expected = {"x A for A red 2025-02-28..2025-03-28 -"}},
      {.name = "AClampedWindowMayLetAnEarlierRecordGoLater",
       .rules = "rule x { while max(n of alpha over 1mo) >= 1 level red say \"{count(alpha over "
                "1mo)}\" }\n"
                "rule y { while count(alpha over 1mo) >= 2 level red }\n"
                "rule z { while exists(alpha where n == 1 over 1mo) level red }",
       .records = {"2025-01-30T12:00:00 alpha A a1 n=1", "2025-01-31T08:00:00 alpha A a2 n=0",
                   "2025-04-01 gamma A g1"},
       .expected = {"x A for A red 2025-01-30 12:00:00..2025-02-28 12:00:00 -",
                    "y A for A red 2025-01-31 08:00:00..2025-02-28 08:00:00 -",
                    "z A for A red 2025-01-30 12:00:00..2025-02-28 12:00:00 -"}},
      {.name = "AYearFromTheLeapDayEndsOnTheTwentyEighth",
       .rules = "rule x { while count(alpha over 1y) >= 1 level red }",
       .records = {"2024-02-29 alpha A a1", "2025-12-31 gamma D g1"},
       .expected = {"x A for A red 2024-02-29..2025-02-28 -"}},
  };
}

std::vector<ContractCase> zone_cases() {
  return {
      {.name = "FixedDaysAreTwentyFourHoursAndMonthsKeepTheTimeOfDay",
       .rules = "rule d { while count(alpha over 1d) >= 1 level red }\n"
                "rule m { while count(alpha over 1mo) >= 1 level red }",
       .records = {"2025-03-29T12:00:00 alpha A a1", "2025-06-01 gamma A g1"},
       .expected = {"d A for A red 2025-03-29 12:00:00..2025-03-30 13:00:00 -",
                    "m A for A red 2025-03-29 12:00:00..2025-04-29 12:00:00 -"},
       .timezone = "Europe/Berlin"},
      {.name = "ALocalTimeThatOccursTwiceMeansTheFirst",
       .rules = "rule x { while count(alpha over 1h) >= 1 level red }",
       .records = {"2025-10-26T02:30:00 alpha A a1", "2025-11-01 gamma A g1"},
       .expected = {"x A for A red 2025-10-26 02:30:00..2025-10-26 02:30:00 -"},
       .timezone = "Europe/Berlin"},
      {.name = "ALocalTimeThatNeverOccursIsReadWithTheOffsetBefore",
       .rules = "rule x { while count(alpha over 1h) >= 1 level red }",
       .records = {"2025-03-30T02:30:00 alpha A a1", "2025-11-01 gamma A g1"},
       .expected = {"x A for A red 2025-03-30 03:30:00..2025-03-30 04:30:00 -"},
       .timezone = "Europe/Berlin"},
  };
}

std::vector<ContractCase> last_and_order_cases() {
  return {
      {.name = "OverLastTakesTheLastRecordsOfTheType",
       .rules = "rule x { while sum(n of alpha over last 2) >= 5 level red }",
       .records = {"2025-01-01 alpha A a1 n=5", "2025-01-02 alpha A a2 n=0",
                   "2025-01-03 gamma A g1", "2025-01-04 alpha A a3 n=1"},
       .expected = {"x A for A red 2025-01-01..2025-01-04 -"}},
      {.name = "WhereFiltersAfterOverLast",
       .rules = "rule x { while count(alpha where n > 1 over last 2) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1 n=5", "2025-01-02 alpha A a2 n=0",
                   "2025-01-03 alpha A a3 n=0", "2025-01-04 alpha A a4 n=9"},
       .expected = {"x A for A red 2025-01-01..2025-01-03 -", "x A for A red 2025-01-04.. -"}},
      {.name = "OverLastTakesWhatAgoLeaves",
       .rules = "rule x { while last(n of alpha over last 1 ago 10d) == 1 level red }",
       .records = {"2025-01-01 alpha A a1 n=1", "2025-01-05 alpha A a2 n=2",
                   "2025-02-01 gamma A g1"},
       .expected = {"x A for A red 2025-01-11..2025-01-15 -"}},
      {.name = "TheLastRecordsGoByTimeThenId",
       .rules = "rule x { while last(n of alpha) == 2 level red }\n"
                "rule y { while first(n of alpha) == 1 level red }\n"
                "rule z { while sum(n of alpha over last 1) == 2 level red }",
       .records = {"2025-01-01 alpha A a2 n=2", "2025-01-01 alpha A a1 n=1"},
       .expected = {"x A for A red 2025-01-01.. -", "y A for A red 2025-01-01.. -",
                    "z A for A red 2025-01-01.. -"}},
      {.name = "IdsAreOrderedAsTextNotAsNumbers",
       .rules = "rule x { while last(n of alpha) == 9 level red }",
       .records = {"2025-01-01 alpha A 9 n=9", "2025-01-01 alpha A 10 n=10"},
       .expected = {"x A for A red 2025-01-01.. -"}},
      {.name = "RecordsOfOneTimeAndIdGoBySubject",
       .rules = "rule x { by place while last(n of alpha) == 2 level red }",
       .records = {"2025-01-01 alpha B a1 n=2 place=330106",
                   "2025-01-01 alpha A a1 n=1 place=330106"},
       .expected = {"x 330106 for - red 2025-01-01.. -"}},
      {.name = "AWhereThatIsUnknownLeavesTheRecordOut",
       .rules = "rule x { while count(alpha where n > 1) >= 1 level red }\n"
                "rule y { while count(alpha where not (n > 1)) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha B a1 n=0"},
       .expected = {"y B for B red 2025-01-02.. -"}},
      {.name = "AWindowOfTheFutureOpensWithoutARecord",
       .rules = "rule x { while count(alpha ago 2d) - count(alpha ago 1d) == -1 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-02-01 gamma B g1"},
       .expected = {"x A for A red 2025-01-02..2025-01-03 -"}},
  };
}

}  // namespace

std::vector<ContractCase> window_cases() {
  std::vector<ContractCase> cases;
  for (auto* part : {span_cases, zone_cases, last_and_order_cases}) {
    for (ContractCase& c : part()) cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace tocsin::testing
