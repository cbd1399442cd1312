// Random policies over the whole implemented language and random sets of records, for RapidCheck.
//
// What RapidCheck generates and shrinks is a CaseSpec: streams of small decisions (choices.h).
// build_case() makes a checked policy and records of it. Records lie on a coarse grid of times, so
// that ties, edges of windows and late arrivals are common.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "rules-dsl/syntax/ast.h"
#include "tests/support/naive_record.h"

namespace tocsin::testing {

struct RecordSpec {
  uint8_t type = 0;
  uint8_t subject = 0;
  uint8_t id = 0;
  uint8_t day = 0;
  uint8_t time_of_day = 0;
  std::vector<uint8_t> values;  // one for each field; 0 is missing where that is allowed
};

// A rule like the first one, with one decision changed: equal parts of rules are shared by the
// planner.
struct VariantSpec {
  uint8_t decision = 0;
  uint8_t value = 0;
};

struct CaseSpec {
  std::vector<uint8_t> schema;
  std::vector<uint8_t> lets;
  std::vector<uint8_t> scores;
  std::vector<std::vector<uint8_t>> rules;
  std::vector<VariantSpec> variants;
  std::vector<RecordSpec> records;
  uint8_t until = 0;
};

struct GeneratedCase {
  std::string policy_text;
  dsl::Policy policy;
  std::shared_ptr<const Calendar> calendar;
  std::vector<NaiveRecord> records;  // in the order in which they arrive
  std::optional<int64_t> until;
  std::vector<std::string>
      refusals;  // of rules that the checker did not let pass; they are left out
};

GeneratedCase build_case(const CaseSpec& spec);
std::string to_ndjson(const GeneratedCase& built);

rc::Gen<CaseSpec> case_spec();

// What RapidCheck prints of a counterexample.
std::ostream& operator<<(std::ostream& out, const CaseSpec& spec);

}  // namespace tocsin::testing

namespace rc {
template <>
struct Arbitrary<tocsin::testing::CaseSpec> {
  static Gen<tocsin::testing::CaseSpec> arbitrary() { return tocsin::testing::case_spec(); }
};
}  // namespace rc
