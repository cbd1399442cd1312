// "`7 workdays` (end of the 7th working day after)", "a deadline … in `workdays` is the last
// microsecond of that day", "a span in `workdays` that leaves the calendar's years is missing".
#include "tests/engine/contract_cases.h"

namespace tocsin::testing {
namespace {

// January 2025, a Wednesday first: New Year, weekends, the 26th (a Sunday) made up for.
constexpr const char* kJanuary = "workdays 2025 \"0110011111001111100111110110000\"";

std::vector<ContractCase> span_cases() {
  return {
      {.name = "ADeadlineInWorkdaysIsTheLastMicrosecondOfThatDay",
       .rules = "rule x { on alpha a then no beta b within 2 workdays level red }",
       .records = {"2025-01-03T10:00 alpha A a1", "2025-01-03T10:00 alpha B a2",
                   "2025-01-07T23:59:59.999999 beta B b2", "2025-01-03T10:00 alpha C a3",
                   "2025-01-08 beta C b3", "2025-01-04T12:00 alpha D a4", "2025-01-24 alpha E a5",
                   "2025-02-28 gamma A g1"},
       .expected = {"x A for A red 2025-01-07 23:59:59.999999.. a1",
                    "x C for C red 2025-01-07 23:59:59.999999.. a3",
                    "x D for D red 2025-01-07 23:59:59.999999.. a4",
                    "x E for E red 2025-01-27 23:59:59.999999.. a5"},
       .settings = kJanuary},
      {.name = "AWindowInWorkdaysEndsWithTheDay",
       .rules = "rule x { while count(alpha over 1 workdays) >= 1 level red }",
       .records = {"2025-01-03T10:00 alpha A a1", "2025-01-06T23:59:59.999999 alpha B a2",
                   "2025-01-01 alpha C a3", "2025-02-28 gamma A g1"},
       .expected = {"x A for A red 2025-01-03 10:00:00..2025-01-06 23:59:59.999999 -",
                    "x B for B red 2025-01-06 23:59:59.999999..2025-01-07 23:59:59.999999 -",
                    "x C for C red 2025-01-01..2025-01-02 23:59:59.999999 -"},
       .settings = kJanuary},
      {.name = "AgoInWorkdaysBeginsThere",
       .rules = "rule x { while count(alpha over 1d ago 1 workdays) >= 1 level red }\n"
                "rule y { while exists(alpha ago 3 workdays) level red }",
       .records = {"2025-01-03T10:00 alpha A a1", "2025-02-28 gamma A g1"},
       .expected = {"x A for A red 2025-01-06 23:59:59.999999..2025-01-07 23:59:59.999999 -",
                    "y A for A red 2025-01-08 23:59:59.999999.. -"},
       .settings = kJanuary},
      {.name = "ThenWithinWorkdaysTakesTheWholeLastDay",
       .rules = "rule x { on alpha a then beta b within 1 workdays level red }",
       .records = {"2025-01-03T10:00 alpha A a1", "2025-01-06T23:59:59.999999 beta A b1",
                   "2025-01-03T10:00 alpha B a2", "2025-01-07 beta B b2"},
       .expected = {"x A for A red 2025-01-06 23:59:59.999999.. b1"},
       .settings = kJanuary},
      {.name = "OncePerWorkdaysIsACoolDown",
       .rules = "rule x { on alpha a once per 1 workdays level red }",
       .records = {"2025-01-03T10:00 alpha A a1", "2025-01-06T23:59:59.999998 alpha A a2",
                   "2025-01-06T23:59:59.999999 alpha A a3", "2025-01-07T12:00 alpha A a4"},
       .expected = {"x A for A red 2025-01-03 10:00:00.. a1",
                    "x A for A red 2025-01-06 23:59:59.999999.. a3"},
       .settings = kJanuary},
      {.name = "DaysAreThoseOfTheZone",
       .rules = "rule x { on alpha a then no beta b within 1 workdays level red }",
       .records = {"2025-01-03T23:00Z alpha A a1", "2025-02-28 gamma A g1"},
       .expected = {"x A for A red 2025-01-06 23:59:59.999999.. a1"},
       .timezone = "Asia/Shanghai",
       .settings = kJanuary},
      {.name = "IsWorkdayAsksTheCalendar",
       .rules = "rule x { on alpha a where is_workday(a.time) level red }\n"
                "rule y { on alpha a where not is_workday(a.due) level red }\n"
                "rule z { on alpha a where is_workday(a.due) is missing level red }",
       .records = {"2025-01-26T12:00 alpha A a1 due=2025-01-27",
                   "2025-01-25 alpha A a2 due=2025-01-01", "2025-02-03 alpha A a3 due=2024-12-31"},
       .expected = {"x A for A red 2025-01-26 12:00:00.. a1", "y A for A red 2025-01-25.. a2",
                    "z A for A red 2025-02-03.. a3"},
       .settings = kJanuary},
  };
}

std::vector<ContractCase> missing_cases() {
  return {
      {.name = "ASpanThatLeavesTheCalendarIsMissing",
       .rules = "rule over_ { while count(alpha over 1 workdays) >= 1 level red }\n"
                "rule ago_ { while count(alpha ago 1 workdays) >= 1 level red }\n"
                "rule then_ { on alpha a then beta b within 1 workdays level red }\n"
                "rule no_ { on alpha a then no beta b within 1 workdays level red }\n"
                "rule once_ { on alpha a once per 1 workdays level red }",
       .records = {"2025-01-27 alpha A a1", "2025-01-27T10:00 beta A b1",
                   "2025-01-27T12:00 alpha A a2", "2024-12-30T10:00 alpha B a3",
                   "2024-12-30T11:00 alpha B a4", "2024-12-31T10:00 alpha C a5",
                   "2024-12-31T11:00 alpha C a6", "2025-06-01 gamma A g1"},
       .expected = {"once_ A for A red 2025-01-27.. a1",
                    "once_ A for A red 2025-01-27 12:00:00.. a2",
                    "once_ B for B red 2024-12-30 10:00:00.. a3",
                    "once_ B for B red 2024-12-30 11:00:00.. a4",
                    "once_ C for C red 2024-12-31 10:00:00.. a5",
                    "over_ C for C red 2024-12-31 10:00:00..2025-01-02 23:59:59.999999 -",
                    "ago_ C for C red 2025-01-02 23:59:59.999999.. -",
                    "no_ C for C red 2025-01-02 23:59:59.999999.. a5",
                    "no_ C for C red 2025-01-02 23:59:59.999999.. a6"},
       .settings = kJanuary},
      // B leaves A's reach: what was never inside does not go either.
      {.name = "AWindowThatIsMissingIsSoAcrossALinkToo",
       .rules = "record alpha { n int optional }\n"
                "record joined { holder text until 2d }\nrecord gamma { }\n"
                "link near { joined: subject -- holder }\n"
                "rule x { while count(alpha over 1 workdays across near) != 0 level red }",
       .records = {"2025-01-30 joined A j1 holder=B", "2025-01-31 alpha B a1",
                   "2025-02-28 gamma A g1"},
       .expected = {},
       .settings = kJanuary},
  };
}

}  // namespace

std::vector<ContractCase> workday_cases() {
  std::vector<ContractCase> cases = span_cases();
  for (ContractCase& c : missing_cases()) cases.push_back(std::move(c));
  return cases;
}

}  // namespace tocsin::testing
