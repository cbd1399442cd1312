// Tables (language.md 3, 4): `regions[region].name`, and the parts of codes: "`region` has
// `.province` and `.city` (the first 2 and 4 digits)", "`uscc` checks the GB 32100-2015 check
// character".
#include "tests/engine/contract_cases.h"

namespace tocsin::testing {
namespace {

constexpr const char* kTables = R"(
table places key code { code region, name text optional, risk one of low < mid < high optional,
  fee decimal optional, since date optional } rows {
  "330106", "Xihu", high, 2.5, 2025-02-01;
  "310101", "", low, "", ""
}
table steps key n { n decimal, next int optional } rows { 1, 2; 2.5, 3 }
)";

std::vector<ContractCase> lookup_cases() {
  const std::string tables = kTables;
  return {
      {.name = "ALookupIsTheColumnOfTheRowWithTheKey",
       .rules = tables +
                "rule x { on alpha a where places[a.place].name == \"Xihu\" level red }\n"
                "rule y { while count(alpha where places[place].risk >= grade) >= 1 level red }\n"
                "rule z { while sum(places[place].fee of alpha) > 3 level red "
                "say \"{places[\\\"330106\\\"].name}\" }",
       .records = {"2025-01-01 alpha A a1 place=330106 grade=mid",
                   "2025-01-02 alpha A a2 place=330106",
                   "2025-01-03 alpha B a3 place=310101 grade=mid",
                   "2025-01-04 alpha B a4 place=310101 grade=low"},
       .expected = {"x A for A red 2025-01-01.. a1", "x A for A red 2025-01-02.. a2",
                    "y A for A red 2025-01-01.. -", "y B for B red 2025-01-04.. -",
                    "z A for A red 2025-01-02.. -"}},
      {.name = "AMissingKeyOrNoSuchRowIsAMissingValue",
       .rules = tables + "rule x { on alpha a where places[a.place].name is missing level red }\n"
                         "rule y { on alpha a where places[a.place].name != \"Xihu\" level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2 place=440100",
                   "2025-01-03 alpha A a3 place=310101", "2025-01-04 alpha A a4 place=330106"},
       .expected = {"x A for A red 2025-01-01.. a1", "x A for A red 2025-01-02.. a2",
                    "x A for A red 2025-01-03.. a3"}},
      {.name = "ALookupOfALookupAndItsParts",
       .rules = tables +
                "rule x { on alpha a where steps[steps[a.n].next + 0.5].next == 3 level red }\n"
                "rule y { on alpha a then no beta b before places[a.place].since level red }",
       .records = {"2025-01-01 alpha A a1 n=1 place=330106", "2025-01-02 alpha A a2 n=2",
                   "2025-03-01 gamma A g1"},
       .expected = {"x A for A red 2025-01-01.. a1",
                    "y A for A red 2025-02-01 23:59:59.999999.. a1"}},
  };
}

std::vector<ContractCase> code_cases() {
  return {
      {.name = "ASubjectThatFailsTheCheckIsFlaggedNotRejected",
       .rules = "rule x { while exists(alpha where subject_suspect) level red }\n"
                "rule y { on alpha a where not a.subject_suspect level red }",
       .records = {"2025-01-01 alpha 91350100M0001TGQXM a1",
                   "2025-01-02 alpha 91350100M000100Y43 a2", "2025-01-03 alpha A a3"},
       .expected = {"x 91350100M0001TGQXM for 91350100M0001TGQXM red 2025-01-01.. -",
                    "y 91350100M000100Y43 for 91350100M000100Y43 red 2025-01-02.. a2",
                    "x A for A red 2025-01-03.. -"},
       .settings = "subject uscc"},
      {.name = "AFieldThatFailsTheCheckIsFlaggedNotRejected",
       .rules = "record holding { holder uscc optional }\n"
                "rule x { on holding h where h.holder.suspect level red }\n"
                "rule y { on holding h where not h.holder.suspect level red }\n"
                "rule z { on holding h where h.holder.suspect is missing level red }",
       .records = {"2025-01-01 holding A h1 holder=91350100M0001TGQXM",
                   "2025-01-02 holding A h2 holder=91350100M000100Y43", "2025-01-03 holding A h3"},
       .expected = {"x A for A red 2025-01-01.. h1", "y A for A red 2025-01-02.. h2",
                    "z A for A red 2025-01-03.. h3"}},
      {.name = "ASectionAloneHasNoDivision",
       .rules = "rule x { on alpha a where a.branch.section == \"C\" level red }\n"
                "rule y { on alpha a where a.branch.division == \"C13\" level red }\n"
                "rule z { on alpha a where a.branch == \"C\" level red }",
       .records = {"2025-01-01 alpha A a1 branch=C", "2025-01-02 alpha A a2 branch=C1351"},
       .expected = {"x A for A red 2025-01-01.. a1", "x A for A red 2025-01-02.. a2",
                    "y A for A red 2025-01-02.. a2", "z A for A red 2025-01-01.. a1"}},
  };
}

}  // namespace

std::vector<ContractCase> table_cases() {
  std::vector<ContractCase> cases = lookup_cases();
  for (ContractCase& c : code_cases()) cases.push_back(std::move(c));
  return cases;
}

}  // namespace tocsin::testing
