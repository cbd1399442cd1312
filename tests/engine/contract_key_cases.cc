// What a rule groups by (language.md 6): fields of the records, fields of the profile, several.
#include "tests/engine/contract_cases.h"

namespace tocsin::testing {

namespace {

const std::string kTypes =
    "record reg { boss text optional kind text optional }\n"
    "record fine { n int optional }\n"
    "record visit { boss text optional n int optional }\n"
    "profile { boss, kind from reg }\n";

// "key: a field of the records, else a profile field"
std::vector<ContractCase> profile_key_cases() {
  return {
      {.name = "WhereTheRecordsLackTheFieldTheKeyIsThatOfTheProfile",
       .rules = kTypes + "rule x { by boss while count(fine over 10d) >= 2 level red }",
       .records = {"2025-01-01 reg A r1 boss=K", "2025-01-01 reg B r1 boss=K",
                   "2025-01-03 fine A f1", "2025-01-04 fine B f1", "2025-02-01 reg C r1"},
       .expected = {"x K for - red 2025-01-04..2025-01-13 -"}},
      {.name = "TheProfileIsThatOfTheRecordsTime",
       .rules = kTypes + "rule x { by boss on fine f level red }",
       .records = {"2025-01-01 reg A r1 boss=K", "2025-01-02 fine A f1",
                   "2025-01-03 reg A r2 boss=L", "2025-01-04 fine A f2", "2025-01-05 reg A r3",
                   "2025-01-06 fine A f3"},
       .expected = {"x K for A red 2025-01-02.. f1", "x L for A red 2025-01-04.. f2",
                    "x L for A red 2025-01-06.. f3"}},
      {.name = "RecordsOfThatInstantIncluded",
       .rules = kTypes + "rule x { by boss on fine f level red }",
       .records = {"2025-01-01 reg A r1 boss=K", "2025-01-02 fine A f1",
                   "2025-01-02 reg A r2 boss=L"},
       .expected = {"x L for A red 2025-01-02.. f1"}},
      {.name = "AFieldOfTheRecordItselfGoesFirst",
       .rules = kTypes + "rule x { by boss on visit v level red }",
       .records = {"2025-01-01 reg A r1 boss=K", "2025-01-02 visit A v1 boss=M",
                   "2025-01-03 visit A v2"},
       .expected = {"x M for A red 2025-01-02.. v1"}},
      {.name = "RecordsWhoseKeyIsMissingTakeNoPart",
       .rules = kTypes + "rule x { by boss on fine f level red }",
       .records = {"2025-01-01 fine A f1", "2025-01-02 reg A r1 boss=K", "2025-01-03 fine B f1"},
       .expected = {}},
      {.name = "APatternJoinsRecordsOfAllSubjectsWithTheKey",
       .rules = kTypes + "rule x { by boss on fine f then visit v within 10d where "
                         "v.subject != f.subject level red for v.subject say \"{boss}\" }",
       .records = {"2025-01-01 reg A r1 boss=K", "2025-01-02 fine A f1",
                   "2025-01-03 visit B v1 boss=K", "2025-01-03 visit C v1 boss=L"},
       .expected = {"x K for B red 2025-01-03.. v1"},
       .messages = {"K"}},
      {.name = "TheKeyHasItsNameWithinAggregatesAsWell",
       .rules = kTypes + "rule x { by boss while count(fine where boss == \"K\") >= 1 level red }",
       .records = {"2025-01-01 reg A r1 boss=K", "2025-01-01 reg B r1 boss=L",
                   "2025-01-02 fine A f1", "2025-01-02 fine B f1"},
       .expected = {"x K for - red 2025-01-02.. -"}},
      {.name = "WarningsAreGroupedByTheProfileOfTheirSubject",
       .rules = kTypes + "rule hit { on fine f level blue }\n"
                         "rule x { by boss while count(hit) >= 2 level red }",
       .records = {"2025-01-01 reg A r1 boss=K", "2025-01-01 reg B r1 boss=K",
                   "2025-01-03 fine A f1", "2025-01-04 fine B f1"},
       .expected = {"hit A for A blue 2025-01-03.. f1", "hit B for B blue 2025-01-04.. f1",
                    "x K for - red 2025-01-04.. -"}},
      {.name = "WhoeverTheirSubjectIs",
       .rules = kTypes + "rule hit { on visit v level blue for v.boss }\n"
                         "rule x { by boss on hit h level red }",
       .records = {"2025-01-01 reg P r1 boss=K", "2025-01-03 visit A v1 boss=P"},
       .expected = {"hit A for P blue 2025-01-03.. v1",
                    "x K for P red 2025-01-03.. 5b80416a528b255ac8971d09b6845bca"}},
  };
}

// "`by (region, industry)` works."
std::vector<ContractCase> tuple_key_cases() {
  return {
      {.name = "AKeyMayHaveSeveralParts",
       .rules = "rule x { by (place, grade) while count(alpha) >= 2 level red "
                "say \"{place} {grade}\" }",
       .records = {"2025-01-01 alpha A a1 place=330106 grade=low",
                   "2025-01-02 alpha B a1 place=330106 grade=mid",
                   "2025-01-03 alpha C a1 place=330106 grade=low", "2025-01-04 alpha D a1",
                   "2025-01-04 alpha D a2 place=330106"},
       .expected = {"x 330106|low for - red 2025-01-03.. -"},
       .messages = {"330106 low"}},
      {.name = "DifferentKeysHaveDifferentTexts",
       .rules = "record two { a text b text }\nrule x { by (a, b) on two t level red }",
       .records = {"2025-01-01 two A t1 a=p|q b=r", "2025-01-02 two A t2 a=p b=q|r",
                   "2025-01-03 two A t3 a=p\\ b=q"},
       .expected = {"x p\\|q|r for A red 2025-01-01.. t1", "x p|q\\|r for A red 2025-01-02.. t2",
                    "x p\\\\|q for A red 2025-01-03.. t3"}},
      {.name = "OnePartInParenthesesIsThatPart",
       .rules = "rule x { by (place) on alpha a level red }",
       .records = {"2025-01-01 alpha A a1 place=330106"},
       .expected = {"x 330106 for A red 2025-01-01.. a1"}},
      {.name = "EachPartIsAFieldOfTheRecordsElseOfTheProfile",
       .rules = kTypes + "rule x { by (boss, kind) on visit v level red }",
       .records = {"2025-01-01 reg A r1 boss=K kind=s", "2025-01-02 visit A v1 boss=M",
                   "2025-01-03 visit B v1 boss=M"},
       .expected = {"x M|s for A red 2025-01-02.. v1"}},
      {.name = "AKeyOfSeveralPartsExistsFromTheFirstRecordOfAnyTypeThatHasThem",
       .rules = kTypes + "rule x { by (boss, kind) while count(reg over 1y) == 0 level red }",
       .records = {"2025-01-01 reg A r1 boss=K kind=s", "2025-01-02 visit A v1 boss=M"},
       .expected = {"x M|s for - red 2025-01-02.. -"}},
      {.name = "InTheRecordOfAWarningEachPartStandsUnderItsName",
       .rules = "rule both { by (place, grade) while count(alpha) >= 1 level blue }\n"
                "rule x { by place while count(both) >= 2 and "
                "exists(both where grade == high) level red }\n"
                "rule y { by (grade, place) on both b level red say \"{b.place} {b.grade}\" }",
       .records = {"2025-01-01 alpha A a1 place=330106 grade=low",
                   "2025-01-02 alpha B a1 place=330106 grade=high"},
       .expected = {"both 330106|low for - blue 2025-01-01.. -",
                    "both 330106|high for - blue 2025-01-02.. -",
                    "x 330106 for - red 2025-01-02.. -",
                    "y low|330106 for - red 2025-01-01.. cc8b0d3b8d69e056916921910072c8da",
                    "y high|330106 for - red 2025-01-02.. 7f83dd0e2dd337812649856a17d88cdc"}},
  };
}

}  // namespace

std::vector<ContractCase> key_cases() {
  std::vector<ContractCase> all = profile_key_cases();
  const std::vector<ContractCase> more = tuple_key_cases();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace tocsin::testing
