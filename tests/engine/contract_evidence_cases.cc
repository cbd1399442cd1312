#include "tests/engine/contract_cases.h"

namespace tocsin::testing {

std::vector<ContractCase> evidence_cases() {
  return {
      {.name = "EvidenceIsWhatTheAggregatesOfTheConditionCoverEarliestFirst",
       .rules = "rule x { while count(beta) >= 1 and sum(n of alpha where n > 0 over 10d) >= 3 "
                "level red when count(gamma) >= 1, blue otherwise }",
       .records = {"2025-01-02 alpha A a2 n=2", "2025-01-01 alpha A a1 n=1",
                   "2025-01-03 alpha A a3 n=0", "2025-01-02T12:00:00 beta A b1",
                   "2024-01-01 alpha A a0 n=9"},
       .expected = {"x A for A blue 2025-01-02 12:00:00.. -"},
       .evidence = {"a1 a2 b1"}},
      {.name = "EvidenceIsThatOfTheLastRaiseOrChange",
       .rules =
           "rule x { while count(alpha) >= 1 level red when count(alpha) >= 3, blue otherwise }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-01-03 alpha A a3",
                   "2025-01-04 alpha A a4"},
       .expected = {"x A for A red 2025-01-01.. -"},
       .evidence = {"a1 a2 a3"}},
      {.name = "EvidenceIsTheBoundRecordsAndTheCoveredOnesWithoutRepeats",
       .rules = "rule x { on alpha a then beta b within 10d where count(alpha over 30d) >= 2 "
                "level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-01-03 beta A b1"},
       .expected = {"x A for A red 2025-01-03.. b1"},
       .evidence = {"a1 a2 b1"}},
      {.name = "EvidenceOfLetsIsEvidence",
       .rules = "let recent = count(alpha over last 2)\nrule x { while recent >= 2 level red }",
       .records = {"2025-01-01 alpha A a1", "2025-01-02 alpha A a2", "2025-01-03 alpha A a3"},
       .expected = {"x A for A red 2025-01-02.. -"},
       .evidence = {"a1 a2"}},
  };
}

}  // namespace tocsin::testing
