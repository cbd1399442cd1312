// Clock changes, leap days, and the first and the last year; Toronto's clocks went from 02:00 to
// 03:00 on 2025-03-09 and from 02:00 back to 01:00 on 2025-11-02.
#include "tests/engine/contract_cases.h"

namespace tocsin::testing {
namespace {

std::vector<ContractCase> clock_change_cases() {
  return {
      {.name = "ADayIs24HoursAndAMonthKeepsTheTimeOfDayWhenClocksGoForward",
       .rules = "rule day { while count(alpha over 1d) >= 1 level red }\n"
                "rule month { while count(beta over 1mo) >= 1 level red }",
       .records = {"2025-03-08T12:00 alpha A a1", "2025-02-09T02:30 beta A b1",
                   "2025-02-10T02:30 beta B b2", "2025-04-01 gamma A g1"},
       .expected = {"day A for A red 2025-03-08 12:00:00..2025-03-09 13:00:00 -",
                    "month A for A red 2025-02-09 02:30:00..2025-03-09 03:30:00 -",
                    "month B for B red 2025-02-10 02:30:00..2025-03-10 02:30:00 -"},
       .timezone = "America/Toronto"},
      {.name = "ADayIs24HoursAndADeadlineTheWholeDayWhenClocksGoBack",
       .rules = "rule span { on alpha a then no beta b within 1d level red }\n"
                "rule due { on alpha a then no beta b before a.due level red }",
       .records = {"2025-11-01T12:00 alpha A a1 due=2025-11-02",
                   "2025-11-02T23:59:59.999998 beta B b1", "2025-12-01 gamma A g1"},
       .expected = {"span A for A red 2025-11-02 11:00:00.. a1",
                    "due A for A red 2025-11-02 23:59:59.999999.. a1"},
       .timezone = "America/Toronto"},
      {.name = "TheHourThatComesTwiceIsTwoHours",
       .rules = "rule x { on alpha a then beta b within 1h level red }",
       .records = {"2025-11-02T01:30-04:00 alpha A a1", "2025-11-02T01:30-05:00 beta A b1",
                   "2025-11-02T01:30-04:00 alpha B a2",
                   "2025-11-02T01:30:00.000001-05:00 beta B b2", "2025-11-02T01:30 alpha C a3",
                   "2025-11-02T01:30-04:00 beta C b3", "2025-11-02T01:30 alpha D a4",
                   "2025-11-02T01:30-05:00 beta D b4"},
       .expected = {"x A for A red 2025-11-02 01:30:00.. b1",
                    "x D for D red 2025-11-02 01:30:00.. b4"},
       .timezone = "America/Toronto"},
      {.name = "TheHourThatNeverComesIsTheHourAfterIt",
       .rules = "rule x { on alpha a then beta b within 1m level red }",
       .records = {"2025-03-09T01:59:30 alpha A a1", "2025-03-09T02:00:30 beta A b1",
                   "2025-03-09T02:30 alpha B a2", "2025-03-09T03:30:01 beta B b2"},
       .expected = {"x A for A red 2025-03-09 03:00:30.. b1",
                    "x B for B red 2025-03-09 03:30:01.. b2"},
       .timezone = "America/Toronto"},
  };
}

std::vector<ContractCase> leap_day_cases() {
  return {
      {.name = "AYearFromALeapDayIsTheLastOfFebruary",
       .rules = "rule x { while count(alpha over 1y) >= 1 level red }",
       .records = {"2024-02-29 alpha A a1", "2023-02-28 alpha B a2", "2000-02-29 alpha C a3",
                   "2026-01-01 gamma A g1"},
       .expected = {"x A for A red 2024-02-29..2025-02-28 -",
                    "x B for B red 2023-02-28..2024-02-28 -",
                    "x C for C red 2000-02-29..2001-02-28 -"}},
      {.name = "AMonthFromTheEndOfJanuaryIsTheEndOfFebruary",
       .rules = "rule x { while count(alpha over 1mo) >= 2 level red }",
       .records = {"2024-01-30 alpha A a1", "2024-01-31 alpha A a2", "2025-01-28 alpha B a3",
                   "2025-01-31 alpha B a4", "2026-01-01 gamma A g1"},
       .expected = {"x A for A red 2024-01-31..2024-02-29 -",
                    "x B for B red 2025-01-31..2025-02-28 -"}},
      {.name = "DatePartsOfALeapDay",
       .rules = "rule x { while exists(alpha where day(due) == 29 and month(due) == 2 and "
                "days_between(due, \"2024-03-01\") == 1 and days_between(\"2024-02-28\", due) == 1)"
                " level red }",
       .records = {"2025-01-01 alpha A a1 due=2024-02-29"},
       .expected = {"x A for A red 2025-01-01.. -"}},
  };
}

std::vector<ContractCase> first_and_last_year_cases() {
  return {
      {.name = "WhatWouldEndAfterTheYear9999NeverEnds",
       .rules = "rule year { while count(alpha over 1y) >= 1 level red }\n"
                "rule day { while count(alpha over 1d) >= 1 level red }\n"
                "rule late { on beta b then no gamma g within 1d level red }",
       .records = {"9999-01-01 alpha A a1", "9998-12-31 alpha B a2",
                   "9999-12-31T23:59:59.999999 beta A b1", "9999-12-30 beta B b2"},
       .expected = {"year A for A red 9999-01-01.. -", "day A for A red 9999-01-01..9999-01-02 -",
                    "year B for B red 9998-12-31..9999-12-31 -",
                    "day B for B red 9998-12-31..9999-01-01 -",
                    "late B for B red 9999-12-31.. b2"}},
      {.name = "TheYear1IsAYearLikeOthers",
       .rules = "rule x { while count(alpha over 1y) >= 1 level red }\n"
                "rule y { while count(alpha ago 1y) >= 1 level red }\n"
                "rule z { on alpha a then beta b within 200y level red }",
       .records = {"0001-01-01 alpha A a1", "0200-12-31 beta A b1"},
       .expected = {"x A for A red 0001-01-01..0002-01-01 -", "y A for A red 0002-01-01.. -",
                    "z A for A red 0200-12-31.. b1"}},
  };
}

}  // namespace

std::vector<ContractCase> calendar_cases() {
  std::vector<ContractCase> cases = clock_change_cases();
  for (auto* part : {leap_day_cases, first_and_last_year_cases}) {
    for (ContractCase& c : part()) cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace tocsin::testing
