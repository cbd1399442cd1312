#include "tests/engine/contract_cases.h"

namespace tocsin::testing {
namespace {

// A case that asks whether `condition` holds once the records of subject A are there.
ContractCase holds(std::string name, const std::string& condition,
                   std::vector<std::string> records) {
  return {.name = std::move(name),
          .rules = "rule x { while exists(gamma) and (" + condition + ") level red }",
          .records =
              [&] {
                records.push_back("2025-01-31 gamma A g1");
                return records;
              }(),
          .expected = {"x A for A red 2025-01-31.. -"}};
}

std::vector<ContractCase> number_cases() {
  return {
      holds("CountSumAndDistinctOfNoneAreZero",
            "count(alpha) == 0 and sum(n of alpha) == 0 and sum(amount of alpha) == 0 and "
            "sum(ratio of alpha) == 0 and distinct(note of alpha) == 0",
            {}),
      holds("TheOthersOfNoneAreMissing",
            "min(n of alpha) is missing and max(due of alpha) is missing and "
            "avg(n of alpha) is missing and first(note of alpha) is missing and "
            "last(ok of alpha) is missing and stddev(n of alpha) is missing",
            {}),
      holds("AggregatesSkipMissingValues",
            "sum(n of alpha) == 5 and avg(n of alpha) == 2.5 and min(n of alpha) == 2 and "
            "count(alpha) == 3 and distinct(n of alpha) == 2 and last(n of alpha) == 3",
            {"2025-01-01 alpha A a1 n=2", "2025-01-02 alpha A a2 n=3", "2025-01-03 alpha A a3"}),
      holds("StddevIsThePopulations", "stddev(n of alpha) == 1.0",
            {"2025-01-01 alpha A a1 n=2", "2025-01-02 alpha A a2 n=4"}),
      holds("DistinctCountsDifferentKnownValues", "distinct(note of alpha) == 2",
            {"2025-01-01 alpha A a1 note=x", "2025-01-02 alpha A a2 note=y",
             "2025-01-03 alpha A a3 note=x", "2025-01-04 alpha A a4"}),
      holds("DivisionRoundsHalfAwayFromZero",
            "sum(amount of alpha) / 2 == 0.0001 and -sum(amount of alpha) / 2 == -0.0001",
            {"2025-01-01 alpha A a1 amount=0.0001"}),
      holds("MultiplicationRoundsHalfAwayFromZero",
            "sum(amount of alpha) * 0.5 == 0.0002 and sum(amount of alpha) * -0.5 == -0.0002",
            {"2025-01-01 alpha A a1 amount=0.0003"}),
      holds("AverageRoundsHalfAwayFromZero", "avg(amount of alpha) == 0.0002",
            {"2025-01-01 alpha A a1 amount=0.0001", "2025-01-02 alpha A a2 amount=0.0002"}),
      holds("TheQuotientOfTwoIntsIsADecimal", "sum(n of alpha) / 2 == 2.5",
            {"2025-01-01 alpha A a1 n=5"}),
      holds("ComparisonsOfDecimalAndIntAreExact",
            "max(amount of alpha) > max(n of alpha) and max(n of alpha) != max(amount of alpha)",
            {"2025-01-01 alpha A a1 n=922337203685477 amount=922337203685477.0001"}),
      holds("WithAFloatBothSidesAreDoubles",
            "max(n of alpha) == max(ratio of alpha) and sum(amount of alpha) == 0.5",
            {"2025-01-01 alpha A a1 n=9007199254740993 ratio=9007199254740992 amount=0.5"}),
      holds("DivisionByZeroIsMissing", "(sum(n of alpha) / 0) is missing",
            {"2025-01-01 alpha A a1 n=5"}),
      holds("OverflowIsMissing",
            "(max(n of alpha) + 1) is missing and (max(n of alpha) * 2) is missing and "
            "(max(n of alpha) * 1.0) is missing and sum(n of alpha) is missing",
            {"2025-01-01 alpha A a1 n=9223372036854775807", "2025-01-02 alpha A a2 n=1"}),
      holds("ASumIsExactWhateverItsOrder", "sum(n of alpha) == 9223372036854775807",
            {"2025-01-01 alpha A a1 n=9223372036854775807", "2025-01-02 alpha A a2 n=1",
             "2025-01-03 alpha A a3 n=-1"}),
      holds("TenToTheEighteenthIsAnIntAndNoDecimal",
            "max(n of alpha) == 1000000000000000000 and (max(n of alpha) * 1.0) is missing and "
            "avg(n of alpha) is missing and max(n of alpha) > max(amount of alpha) and "
            "max(ratio of alpha) == max(n of alpha) and sum(n of alpha) is missing",
            {"2025-01-01 alpha A a1 n=1000000000000000000 amount=922337203685477.5807 ratio=1e18",
             "2025-01-02 alpha A a2 n=999999999999999999 ratio=999999999999999999",
             "2025-01-03 alpha A a3 n=999999999999999999",
             "2025-01-04 alpha A a4 n=999999999999999999",
             "2025-01-05 alpha A a5 n=999999999999999999",
             "2025-01-06 alpha A a6 n=999999999999999999",
             "2025-01-07 alpha A a7 n=999999999999999999",
             "2025-01-08 alpha A a8 n=999999999999999999",
             "2025-01-09 alpha A a9 n=999999999999999999",
             "2025-01-10 alpha A aa n=999999999999999999"}),
      holds(
          "ASumBeyondTheDecimalsIsMissingUntilItIsBackAmongThem",
          "sum(amount of alpha over 40d) == 922337203685477.5807 and "
          "sum(amount of alpha) is missing and avg(amount of alpha over 40d) == "
          "461168601842738.7904",
          {"2024-01-01 alpha A a1 amount=0.0001",
           "2025-01-01 alpha A a2 amount=922337203685477.5807", "2025-01-02 alpha A a3 amount=0"}),
      holds("RoundAndFloorGiveInts",
            "round(sum(amount of alpha)) == 3 and floor(sum(amount of alpha)) == 2 and "
            "round(-sum(amount of alpha)) == -3 and floor(-sum(amount of alpha)) == -3 and "
            "abs(-sum(amount of alpha)) == 2.5",
            {"2025-01-01 alpha A a1 amount=2.5"}),
  };
}

std::vector<ContractCase> text_and_time_cases() {
  return {
      holds("MatchesFindsThePatternAnywhere",
            "exists(alpha where matches(note, \"b+c\")) and "
            "not exists(alpha where matches(note, \"^b\"))",
            {"2025-01-01 alpha A a1 note=abbcd"}),
      holds("TextFunctionsDoWhatTheySay",
            "exists(alpha where contains(note, \"Bc\") and starts_with(note, \"a\") and "
            "ends_with(note, \"D\") and lower(note) == \"abcd\" and length(note) == 4)",
            {"2025-01-01 alpha A a1 note=aBcD"}),
      holds("LengthCountsCodePoints", "max(length(note) of alpha) == 3",
            {"2025-01-01 alpha A a1 note=爆炸x"}),
      holds("MissingInMissingOut",
            "exists(alpha where length(note) is missing and matches(note, \"\") is missing and "
            "year(due) is missing and place.city is missing)",
            {"2025-01-01 alpha A a1"}),
      holds("APartOfARegionOrIndustryIsItsBeginning",
            "exists(alpha where place.province == \"33\" and place.city == \"3301\" and "
            "branch.section == \"C\" and branch.division == \"C13\")",
            {"2025-01-01 alpha A a1 place=330106 branch=C1311"}),
      holds("InIsTrueForAnyOfTheValues",
            "exists(alpha where place.province in {\"31\", \"33\"} and n in {1, 2} and "
            "grade in {mid, high}) and not exists(alpha where n in {3, 4})",
            {"2025-01-01 alpha A a1 place=330106 n=2 grade=mid"}),
      holds("AnOrderedEnumComparesByItsOrder",
            "count(alpha where grade >= mid) == 2 and max(grade of alpha) == high",
            {"2025-01-01 alpha A a1 grade=low", "2025-01-02 alpha A a2 grade=mid",
             "2025-01-03 alpha A a3 grade=high"}),
      holds("TheBuiltinFieldsOfARecord",
            "exists(alpha where id == \"a1\" and subject == \"A\" and type == \"alpha\" and "
            "time == \"2025-01-01\")",
            {"2025-01-01 alpha A a1"}),
      {.name = "DatePartsAreInThePolicysZone",
       .rules = "rule x { while exists(alpha where year(time) == 2026 and month(time) == 1 and "
                "day(time) == 1 and hour(time) == 7 and weekday(time) == 4) level red }\n"
                "rule y { while exists(alpha where hour(due) == 0 and day(due) == 31 and "
                "days_between(due, time) == 1) level red }",
       .records = {"2025-12-31T23:00:00Z alpha A a1 due=2025-12-31"},
       .expected = {"x A for A red 2026-01-01 07:00:00.. -",
                    "y A for A red 2026-01-01 07:00:00.. -"},
       .timezone = "Asia/Shanghai"},
      {.name = "MessagesShowValuesForPeople",
       .rules = R"(rule x { on alpha a level red
         say "{a.n} {a.amount} {a.ok} {a.grade} {a.due} {a.limit} {a.note} {a.place.city}" })",
       .records = {"2025-01-01 alpha A a1 n=-5 amount=62.5 ok=true grade=mid due=2025-06-01 "
                   "limit=2025-06-01T08:00:00 place=330106",
                   "2025-01-02 alpha A a2 amount=1000 limit=2025-06-01 note=hi"},
       .expected = {"x A for A red 2025-01-01.. a1", "x A for A red 2025-01-02.. a2"},
       .messages = {"-5 62.5 true mid 2025-06-01 2025-06-01 08:00:00 – 3301",
                    "– 1000 – – – 2025-06-01 hi –"}},
  };
}

}  // namespace

std::vector<ContractCase> value_cases() {
  std::vector<ContractCase> cases = number_cases();
  for (ContractCase& c : text_and_time_cases()) cases.push_back(std::move(c));
  return cases;
}

}  // namespace tocsin::testing
