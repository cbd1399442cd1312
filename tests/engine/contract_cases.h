// The contract (language.md 2, 6, 11, 12) sentence by sentence, as cases that every evaluator must
// pass.
//
// A case is a policy, some records and the net result. The naive evaluator and the engine run the
// same table: naive_contract_test.cc and engine_contract_test.cc.
#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"
#include "tests/support/naive_record.h"
#include "tests/support/net_warning.h"

namespace tocsin::testing {

struct ContractCase {
  std::string name;   // the sentence
  std::string rules;  // rules, lets, profile; without `record`s kRecords are declared
  std::vector<std::string> records;   // "2025-01-01 alpha A a1 n=5 grade=mid"
  std::vector<std::string> expected;  // as to_line() prints a warning; in any order
  std::string until = {};             // moves the clock on
  std::string timezone = "UTC";
  // Of the expected warnings, by raised time; empty: any. Evidence as "a1 a2".
  std::vector<std::string> messages = {};
  std::vector<std::string> evidence = {};
  bool tellings = false;      // grade changes, assessments and draws are among what is expected
  std::string settings = {};  // of the policy: workdays, …
};

std::vector<ContractCase> while_cases();
std::vector<ContractCase> window_cases();
std::vector<ContractCase> value_cases();
std::vector<ContractCase> pattern_cases();
std::vector<ContractCase> absence_cases();
std::vector<ContractCase> evidence_cases();
std::vector<ContractCase> calendar_cases();
std::vector<ContractCase> layer_cases();
std::vector<ContractCase> key_cases();
std::vector<ContractCase> score_cases();
std::vector<ContractCase> link_cases();
std::vector<ContractCase> lifetime_cases();
std::vector<ContractCase> workday_cases();
std::vector<ContractCase> table_cases();
std::vector<ContractCase> all_contract_cases();

// For GoogleTest's names.
inline void PrintTo(const ContractCase& c, std::ostream* out) { *out << c.name; }

// A case made ready: its policy as text and checked, its records read.
struct ReadyCase {
  std::string policy_text;
  dsl::Policy policy;
  std::shared_ptr<const Calendar> calendar;
  std::vector<NaiveRecord> records;
  std::optional<int64_t> until;
  std::vector<std::string> expected;  // sorted
  std::vector<std::string> messages;
  std::vector<std::string> evidence;
  bool tellings = false;
  std::string mistakes;  // diagnostics; empty when the policy passed
};
// Of a result, what the case is about.
std::vector<NetWarning> looked_at(const ReadyCase& ready, std::vector<NetWarning> result);
ReadyCase make_ready(const ContractCase& contract_case);

// Their messages, and their evidence, by raised time.
std::vector<std::string> messages_of(std::vector<NetWarning> warnings);
std::vector<std::string> evidence_of(std::vector<NetWarning> warnings);

}  // namespace tocsin::testing
