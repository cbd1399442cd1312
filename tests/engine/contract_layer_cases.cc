// Rules over the warnings of other rules (language.md 6 and 11).
#include "tests/engine/contract_cases.h"

namespace tocsin::testing {

namespace {

// "A rule's warnings are records of a type with the rule's name … Other rules count them, sequence
// them, group them."
std::vector<ContractCase> reading_cases() {
  return {
      {.name = "OtherRulesCountTheWarningsOfARule",
       .rules = "rule often { while count(alpha over 10d) >= 2 level blue }\n"
                "rule again { while count(often over 40d) >= 2 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-02-01 alpha A a3",
                   "2025-02-02 alpha A a4", "2025-02-02 alpha B a1"},
       .expected = {"often A for A blue 2025-01-02..2025-01-11 -",
                    "often A for A blue 2025-02-02..2025-02-11 -",
                    "again A for A red 2025-02-02..2025-02-11 -"},
       .until = "2025-03-01"},
      {.name = "OtherRulesSequenceTheWarningsOfARule",
       .rules = "rule often { while count(alpha over 10d) >= 2 level blue }\n"
                "rule x { on often o then beta b within 5d level red }\n"
                "rule y { on beta b then often o within 5d level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-01-04 beta A b1",
                   "2025-01-20 beta A b2", "2025-01-21 alpha A a3", "2025-01-22 alpha A a4"},
       .expected = {"often A for A blue 2025-01-02..2025-01-11 -",
                    "often A for A blue 2025-01-22.. -", "x A for A red 2025-01-04.. b1",
                    "y A for A red 2025-01-22.. 1e4bc8ad63e8ea9d7c063fb97033e91e"}},
      {.name = "OtherRulesGroupTheWarningsOfARule",
       .rules = "rule hit { on alpha a level blue with place = a.place }\n"
                "rule crowd { by place while count(hit over 10d) >= 2 level red }",
       .records = {"2025-01-01 alpha A a1 place=330106", "2025-01-02 alpha B a1 place=310101",
                   "2025-01-03 alpha B a2 place=330106", "2025-01-04 alpha C a1"},
       .expected = {"hit A for A blue 2025-01-01.. a1", "hit B for B blue 2025-01-02.. a1",
                    "hit B for B blue 2025-01-03.. a2", "hit C for C blue 2025-01-04.. a1",
                    "crowd 330106 for - red 2025-01-03.. -"}},
      {.name = "AndTheWarningsOfThoseRulesAgain",
       .rules = "rule one { on alpha a level blue }\n"
                "rule two { while count(one) >= 2 level orange }\n"
                "rule three { on two t where exists(one over 1d) level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2"},
       .expected = {"one A for A blue 2025-01-01.. a1", "one A for A blue 2025-01-02.. a2",
                    "two A for A orange 2025-01-02.. -",
                    "three A for A red 2025-01-02.. 47b348c2c4f6d38b03dc0406ac873da3"}},
      {.name = "InWhateverOrderTheyAreWritten",
       .rules = "rule three { while count(two) >= 1 level red }\n"
                "rule two { while count(one) >= 2 level orange }\n"
                "rule one { on alpha a level blue }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2"},
       .expected = {"one A for A blue 2025-01-01.. a1", "one A for A blue 2025-01-02.. a2",
                    "two A for A orange 2025-01-02.. -", "three A for A red 2025-01-02.. -"}},
      {.name = "ThroughLetsAsWell",
       .rules = "let hits = count(hit over 10d)\nrule hit { on alpha a level blue }\n"
                "rule x { while hits >= 2 level red say \"{hits}\" }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2"},
       .expected = {"hit A for A blue 2025-01-01.. a1", "hit A for A blue 2025-01-02.. a2",
                    "x A for A red 2025-01-02.. -"},
       .messages = {"hit", "hit", "2"}},
  };
}

// "A warning, seen as a record of its rule's name: `id` its id, `time` its start, `subject` its
// subject, the key under its field's name, `level`."
std::vector<ContractCase> field_cases() {
  return {
      {.name = "IdTimeAndSubjectOfAWarningAsARecord",
       .rules = "rule hit { on alpha a level blue for a.note }\n"
                "rule x { on hit h where length(h.id) == 32 and h.subject == \"Z\" and "
                "h.time == \"2025-01-01\" and h.type == \"hit\" level red }",
       .records = {"2025-01-01 alpha A a1 note=Z"},
       .expected = {"hit A for Z blue 2025-01-01.. a1",
                    "x Z for Z red 2025-01-01.. 3d1592512a83b6d305d76a2e963b3fb3"}},
      {.name = "TheLevelIsThatOfTheStart",
       .rules = "rule often { while count(alpha) >= 1 level orange when count(alpha) >= 2, blue }\n"
                "rule low { while count(often where level == blue) == 1 level red }\n"
                "rule high { while count(often where level >= orange) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2"},
       .expected = {"often A for A orange 2025-01-01.. -", "low A for A red 2025-01-01.. -"}},
      {.name = "AndSoAreTheValuesOfWith",
       .rules = "rule often { while count(alpha) >= 1 level orange when count(alpha) >= 2, blue "
                "with n = count(alpha), largest = max(n of alpha) }\n"
                "rule x { while count(often where n == 1 and largest == 5) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1 n=5", "2025-01-02 alpha A a2 n=7"},
       .expected = {"often A for A orange 2025-01-01.. -", "x A for A red 2025-01-01.. -"}},
      {.name = "InForceTheyStandUnderTheValuesOfTheirStart",
       .rules = "rule hit { while count(alpha over 10d) >= 1 level blue "
                "with place = last(place of alpha) }\n"
                "rule x { by place while count(hit in force) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1 place=330106", "2025-01-05 alpha A a2 place=310101"},
       .expected = {"hit A for A blue 2025-01-01..2025-01-15 -",
                    "x 330106 for - red 2025-01-01..2025-01-15 -"},
       .until = "2025-02-01"},
      {.name = "InForceTheyMayBeAboutNobody",
       .rules = "rule hit { by place while count(alpha over 10d) >= 1 level blue }\n"
                "rule x { by place while exists(hit in force) level red }",
       .records = {"2025-01-01 alpha A a1 place=330106"},
       .expected = {"hit 330106 for - blue 2025-01-01..2025-01-11 -",
                    "x 330106 for - red 2025-01-01..2025-01-11 -"},
       .until = "2025-02-01"},
      {.name = "AValueOfWithMayBeMissing",
       .rules = "rule hit { on alpha a level blue with n = a.n, twice = a.n * 2 }\n"
                "rule x { while count(hit where n is missing and twice is missing) >= 1 "
                "level red }",
       .records = {"2025-01-01 alpha A a1 n=5", "2025-01-02 alpha A a2"},
       .expected = {"hit A for A blue 2025-01-01.. a1", "hit A for A blue 2025-01-02.. a2",
                    "x A for A red 2025-01-02.. -"}},
      {.name = "TheKeyStandsUnderItsFieldsName",
       .rules = "rule crowd { by place while count(alpha) >= 2 level blue }\n"
                "rule x { by place on crowd c then beta b within 10d where b.place == c.place "
                "level red say \"{place} {c.place}\" }",
       .records = {"2025-01-01 alpha A a1 place=330106", "2025-01-02 alpha B a1 place=330106",
                   "2025-01-03 beta C b1 place=330106", "2025-01-03 beta C b2 place=310101"},
       .expected = {"crowd 330106 for - blue 2025-01-02.. -", "x 330106 for C red 2025-01-03.. b1"},
       .messages = {"crowd", "330106 330106"}},
      {.name = "AWarningWithoutASubjectIsOfNoSubject",
       .rules = "rule crowd { by place while count(alpha) >= 1 level blue }\n"
                "rule x { while count(crowd) >= 1 level red }\n"
                "rule y { by place while count(crowd where subject is missing) >= 1 level red }",
       .records = {"2025-01-01 alpha A a1 place=330106"},
       .expected = {"crowd 330106 for - blue 2025-01-01.. -", "y 330106 for - red 2025-01-01.. -"}},
  };
}

std::vector<ContractCase> order_cases() {
  return {
      // "A rule sees warnings of earlier layers that start at the same instant."
      {.name = "WarningsOfEarlierLayersThatStartAtTheSameInstantAreSeen",
       .rules = "rule hit { on alpha a level blue }\n"
                "rule x { while count(hit) == count(alpha) level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2"},
       .expected = {"hit A for A blue 2025-01-01.. a1", "hit A for A blue 2025-01-02.. a2",
                    "x A for A red 2025-01-01.. -"}},
      {.name = "ThenTakesNoneOfThemForLater",
       .rules = "rule hit { on alpha a level blue }\n"
                "rule x { on alpha a then hit h within 10d level red }",
       .records = {"2025-01-01 alpha A a1"},
       .expected = {"hit A for A blue 2025-01-01.. a1"}},
      {.name = "TheEvidenceOfAWarningOverWarningsIsTheirIds",
       .rules = "rule hit { on alpha a level blue with n = a.n }\n"
                "rule x { while count(hit where n > 0) >= 2 and count(alpha) >= 1 level red "
                "say \"{first(id of hit)} {last(id of hit)}\" }",
       .records = {"2025-01-01 alpha A a1 n=1", "2025-01-02 alpha A a2 n=1"},
       .expected = {"hit A for A blue 2025-01-01.. a1", "hit A for A blue 2025-01-02.. a2",
                    "x A for A red 2025-01-02.. -"}},
      {.name = "AKeyThatOnlyWarningsHaveExistsForTheRulesThatReadThem",
       .rules = "rule hit { on alpha a level blue with zone = a.note }\n"
                "rule x { by zone while count(hit over 5d) == 0 level red }",
       .records = {"2025-01-01 alpha A a1 note=N", "2025-02-01 gamma A g1"},
       .expected = {"hit A for A blue 2025-01-01.. a1", "x N for - red 2025-01-06.. -"}},
      {.name = "ASubjectThatOnlyWarningsHaveExistsForTheRulesThatReadThem",
       .rules = "rule hit { on alpha a level blue for a.note }\n"
                "rule x { while count(beta) == 0 level red }\n"
                "rule y { while count(beta) == 0 and count(hit) >= 0 level red }",
       .records = {"2025-01-01 alpha A a1 note=N"},
       .expected = {"hit A for N blue 2025-01-01.. a1", "x A for A red 2025-01-01.. -",
                    "y A for A red 2025-01-01.. -", "y N for N red 2025-01-01.. -"}},
  };
}

}  // namespace

std::vector<ContractCase> layer_cases() {
  std::vector<ContractCase> all = reading_cases();
  for (auto* part : {field_cases, order_cases}) {
    const std::vector<ContractCase> cases = part();
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

}  // namespace tocsin::testing
