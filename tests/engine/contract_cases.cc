#include "tests/engine/contract_cases.h"

#include <algorithm>
#include <sstream>

#include "tests/support/policy_text.h"

namespace tocsin::testing {
namespace {

// Three record types; alpha and beta have the same fields.
constexpr const char* kRecords = R"(
record alpha {
  n      int optional
  amount decimal optional
  ratio  float optional
  ok     bool optional
  note   text optional
  grade  one of low < mid < high optional
  place  region optional
  branch industry optional
  due    date optional
  limit  time optional
}
record beta {
  n      int optional
  amount decimal optional
  note   text optional
  grade  one of low < mid < high optional
  place  region optional
  due    date optional
}
record gamma {
  ref text optional
}
)";

// "2025-01-01 alpha A a1 n=5"
WrittenRecord split(const std::string& line) {
  std::istringstream words(line);
  WrittenRecord record;
  words >> record.time >> record.type >> record.subject >> record.id;
  for (std::string word; words >> word;) {
    const size_t equals = word.find('=');
    record.fields.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return record;
}

void sort_by_raised(std::vector<NetWarning>& warnings) {
  std::stable_sort(warnings.begin(), warnings.end(),
                   [](const NetWarning& a, const NetWarning& b) { return a.raised < b.raised; });
}

}  // namespace

std::vector<std::string> messages_of(std::vector<NetWarning> warnings) {
  sort_by_raised(warnings);
  std::vector<std::string> messages;
  for (const NetWarning& warning : warnings) messages.push_back(warning.message);
  return messages;
}

std::vector<std::string> evidence_of(std::vector<NetWarning> warnings) {
  sort_by_raised(warnings);
  std::vector<std::string> evidence;
  for (const NetWarning& warning : warnings) {
    std::string ids;
    for (const std::string& id : warning.evidence) ids += (ids.empty() ? "" : " ") + id;
    evidence.push_back(ids);
  }
  return evidence;
}

std::vector<ContractCase> all_contract_cases() {
  std::vector<ContractCase> all;
  for (auto* part : {while_cases, window_cases, value_cases, pattern_cases, absence_cases,
                     evidence_cases, calendar_cases, layer_cases, key_cases, score_cases,
                     link_cases, lifetime_cases, workday_cases, table_cases}) {
    const std::vector<ContractCase> cases = part();
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

std::vector<NetWarning> looked_at(const ReadyCase& ready, std::vector<NetWarning> result) {
  return ready.tellings ? std::move(result) : warnings_only(std::move(result));
}

ReadyCase make_ready(const ContractCase& contract_case) {
  ReadyCase ready;
  const bool own_records = contract_case.rules.find("record ") != std::string::npos;
  ready.policy_text = "policy \"case\" { timezone \"" + contract_case.timezone + "\"\n" +
                      contract_case.settings + " }\n" + (own_records ? "" : kRecords) +
                      contract_case.rules + "\n";
  CheckedPolicy checked = check_policy_text(ready.policy_text);
  ready.policy = std::move(checked.policy);
  ready.mistakes = checked.mistakes;
  if (!ready.mistakes.empty()) return ready;
  ready.calendar = Calendar::open(contract_case.timezone);
  for (const std::string& line : contract_case.records) {
    ready.records.push_back(read_record(ready.policy, *ready.calendar, split(line)));
  }
  if (!contract_case.until.empty()) {
    ready.until = ready.calendar->parse_time(contract_case.until).value();
  }
  ready.expected = contract_case.expected;
  ready.messages = contract_case.messages;
  ready.evidence = contract_case.evidence;
  ready.tellings = contract_case.tellings;
  std::sort(ready.expected.begin(), ready.expected.end());
  return ready;
}

}  // namespace tocsin::testing
