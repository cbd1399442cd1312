#include "tests/support/naive_evaluator.h"

#include <algorithm>
#include <deque>
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
    // A warning may have no subject.
    const Value subject = record.subject.empty() ? Value() : Value::of_text(record.subject);
    return {subject, {.kind = dsl::TypeKind::kText, .values = {}}};
  }
  const auto& fields = policy.records[static_cast<size_t>(record.type)].fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name.text == rule.by->text) return {record.values.at(i).get(), fields[i].type};
  }
  return {};
}

// What a rule sees: records of every declared type, and the warnings that it reads.
RecordList visible(const dsl::Policy& policy, const dsl::RuleDecl& rule,
                   const std::deque<NaiveRecord>& records) {
  RecordList seen;
  for (const NaiveRecord& record : records) {
    const auto& type = policy.records[static_cast<size_t>(record.type)];
    if (type.origin == dsl::Origin::kDeclared || rule.reads.contains(record.type)) {
      seen.push_back(&record);
    }
  }
  std::sort(seen.begin(), seen.end(),
            [&](const NaiveRecord* a, const NaiveRecord* b) { return earlier(policy, *a, *b); });
  return seen;
}

// Every key that some record has, with all its records.
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

}  // namespace

std::vector<NetWarning> evaluate_naively(const dsl::Policy& policy,
                                         const std::vector<NaiveRecord>& records,
                                         std::optional<int64_t> until) {
  if (records.empty()) return {};
  const auto calendar = Calendar::open(policy.timezone);
  const NaiveExpressions expressions(policy, *calendar);
  int64_t clock = until.value_or(INT64_MIN);
  for (const NaiveRecord& record : records) clock = std::max(clock, record.time);

  std::vector<NetWarning> result;
  std::deque<NaiveRecord> known(records.begin(), records.end());
  for (const int number : policy.rule_order) {
    const dsl::RuleDecl& rule = policy.rules[static_cast<size_t>(number)];
    std::vector<NaiveRecord> warned;
    for (const NaiveKey& key : keys_of(policy, rule, expressions, visible(policy, rule, known))) {
      const NaiveScene scene{policy, *calendar, expressions, rule, key, clock};
      for (NaiveWarning& warning : rule.condition ? while_warnings(scene) : on_warnings(scene)) {
        result.push_back(warning);
        if (rule.record_type >= 0) warned.push_back(std::move(warning.record));
      }
    }
    known.insert(known.end(), warned.begin(), warned.end());
  }
  std::stable_sort(result.begin(), result.end(), [](const NetWarning& a, const NetWarning& b) {
    return std::tie(a.rule, a.key, a.raised, a.trigger) <
           std::tie(b.rule, b.key, b.raised, b.trigger);
  });
  return result;
}

}  // namespace tocsin::testing
