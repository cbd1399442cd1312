#include "tests/support/naive_evaluator.h"

#include <algorithm>
#include <cassert>
#include <tuple>

#include "tests/support/naive_rule.h"

namespace tocsin::testing {
namespace {

struct KeyValue {
  Value value;  // missing: the record takes no part
  dsl::Type type;
};

KeyValue key_of(const dsl::Policy& policy, const dsl::RuleDecl& rule, const NaiveRecord& record) {
  if (!rule.by || rule.by->text == "subject") {
    return {Value::of_text(record.subject), {.kind = dsl::TypeKind::kText, .values = {}}};
  }
  const auto& fields = policy.records[static_cast<size_t>(record.type)].fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name.text == rule.by->text) return {record.values.at(i).get(), fields[i].type};
  }
  return {};
}

// Every key that some record of any declared type has, with all its records.
std::vector<NaiveKey> keys_of(const dsl::Policy& policy, const dsl::RuleDecl& rule,
                              const NaiveExpressions& expressions, const RecordList& records) {
  std::vector<NaiveKey> keys;
  for (const NaiveRecord* record : records) {
    const KeyValue key = key_of(policy, rule, *record);
    if (key.value.is_missing()) continue;
    auto known = std::find_if(keys.begin(), keys.end(), [&](const NaiveKey& other) {
      return compare(other.value, key.value) == Order::kEqual;
    });
    if (known == keys.end()) {
      keys.push_back({key.value, expressions.key_text(key.value, key.type), {}});
      known = keys.end() - 1;
    }
    known->records.push_back(record);
  }
  return keys;
}

RecordList in_order(const dsl::Policy& policy, const std::vector<NaiveRecord>& records) {
  RecordList sorted;
  for (const NaiveRecord& record : records) sorted.push_back(&record);
  std::sort(sorted.begin(), sorted.end(),
            [&](const NaiveRecord* a, const NaiveRecord* b) { return earlier(policy, *a, *b); });
  return sorted;
}

}  // namespace

std::vector<NetWarning> evaluate_naively(const dsl::Policy& policy,
                                         const std::vector<NaiveRecord>& records,
                                         std::optional<int64_t> until) {
  if (records.empty()) return {};
  const auto calendar = Calendar::open(policy.timezone);
  const NaiveExpressions expressions(policy, *calendar);
  const RecordList sorted = in_order(policy, records);
  const int64_t clock = std::max(sorted.back()->time, until.value_or(sorted.back()->time));

  std::vector<NetWarning> result;
  for (const dsl::RuleDecl& rule : policy.rules) {
    for (const NaiveKey& key : keys_of(policy, rule, expressions, sorted)) {
      const NaiveScene scene{policy, *calendar, expressions, rule, key, clock};
      const auto warnings = rule.condition ? while_warnings(scene) : on_warnings(scene);
      result.insert(result.end(), warnings.begin(), warnings.end());
    }
  }
  std::stable_sort(result.begin(), result.end(), [](const NetWarning& a, const NetWarning& b) {
    return std::tie(a.rule, a.key, a.raised, a.trigger) <
           std::tie(b.rule, b.key, b.raised, b.trigger);
  });
  return result;
}

}  // namespace tocsin::testing
