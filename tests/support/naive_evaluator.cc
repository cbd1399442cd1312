#include "tests/support/naive_evaluator.h"

#include <algorithm>
#include <deque>
#include <set>
#include <tuple>

#include "tests/support/naive_rule.h"

namespace tocsin::testing {
namespace {

struct KeyPart {
  Value value;  // missing: the record takes no part
  dsl::Type type;
};

// "The subject as of a time: latest known value of each field", records of that time included.
Value profile_at(const dsl::ProfileField& field, const std::string& subject, int64_t time,
                 const RecordList& records) {
  Value latest;
  for (const NaiveRecord* record : records) {
    if (record->subject != subject || record->time > time) continue;
    for (const dsl::ProfileSource& source : field.sources) {
      if (source.record_type != record->type) continue;
      const Value value = record->values.at(static_cast<size_t>(source.field)).get();
      if (!value.is_missing()) latest = value;
    }
  }
  return latest;
}

// "A field of the records, else a profile field."
KeyPart key_part(const dsl::Policy& policy, const std::string& name, const NaiveRecord& record,
                 const RecordList& records) {
  const auto& fields = policy.records[static_cast<size_t>(record.type)].fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name.text == name) return {record.values.at(i).get(), fields[i].type};
  }
  for (const dsl::ProfileField& field : policy.profile.fields) {
    if (field.name.text != name) continue;
    return {profile_at(field, record.subject, record.time, records), field.type};
  }
  return {};
}

// No rule: by subject.
std::vector<KeyPart> key_of(const dsl::Policy& policy, const dsl::RuleDecl* rule,
                            const NaiveRecord& record, const RecordList& records) {
  std::vector<KeyPart> parts;
  if (rule == nullptr || rule->by.empty()) {
    // A warning may have no subject.
    const Value subject = record.subject.empty() ? Value() : Value::of_text(record.subject);
    parts.push_back({subject, {.kind = dsl::TypeKind::kText, .values = {}}});
    return parts;
  }
  for (const dsl::Identifier& name : rule->by) {
    parts.push_back(key_part(policy, name.text, record, records));
  }
  return parts;
}

// "Parts joined by `|`, with `|` and `\` inside parts escaped by `\`."
std::string text_of(const std::vector<KeyPart>& parts, const NaiveExpressions& expressions) {
  if (parts.size() == 1) return expressions.key_text(parts[0].value, parts[0].type);
  std::string text;
  for (const KeyPart& part : parts) {
    if (&part != parts.data()) text += '|';
    for (const char c : expressions.key_text(part.value, part.type)) {
      if (c == '|' || c == '\\') text += '\\';
      text += c;
    }
  }
  return text;
}

bool same(const std::vector<Value>& values, const std::vector<KeyPart>& parts) {
  return std::equal(values.begin(), values.end(), parts.begin(), parts.end(),
                    [](const Value& value, const KeyPart& part) {
                      return compare(value, part.value) == Order::kEqual;
                    });
}

// What is seen: records of every declared type, and those derived ones that are read.
RecordList visible(const dsl::Policy& policy, const std::set<int>& reads,
                   const std::deque<NaiveRecord>& records) {
  RecordList seen;
  for (const NaiveRecord& record : records) {
    const auto& type = policy.records[static_cast<size_t>(record.type)];
    if (type.origin == dsl::Origin::kDeclared || reads.contains(record.type)) {
      seen.push_back(&record);
    }
  }
  std::sort(seen.begin(), seen.end(),
            [&](const NaiveRecord* a, const NaiveRecord* b) { return earlier(policy, *a, *b); });
  return seen;
}

// Every key that some record has, with all its records.
std::vector<NaiveKey> keys_of(const dsl::Policy& policy, const dsl::RuleDecl* rule,
                              const NaiveExpressions& expressions, const RecordList& records) {
  std::vector<NaiveKey> keys;
  const auto all = std::make_shared<const RecordList>(records);
  for (const NaiveRecord* record : records) {
    const std::vector<KeyPart> parts = key_of(policy, rule, *record, records);
    const bool missing = std::any_of(parts.begin(), parts.end(),
                                     [](const KeyPart& part) { return part.value.is_missing(); });
    if (missing) continue;
    auto known = std::find_if(keys.begin(), keys.end(),
                              [&](const NaiveKey& other) { return same(other.values, parts); });
    if (known == keys.end()) {
      NaiveKey& key = keys.emplace_back();
      key.all = all;
      for (const KeyPart& part : parts) key.values.push_back(part.value);
      key.text = text_of(parts, expressions);
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
  const NaiveCalendar spans(policy);
  int64_t clock = until.value_or(INT64_MIN);
  for (const NaiveRecord& record : records) clock = std::max(clock, record.time);

  std::vector<NetWarning> result;
  std::deque<NaiveRecord> known(records.begin(), records.end());
  RecordList declared;
  for (const NaiveRecord& record : known) declared.push_back(&record);
  const NaiveExpressions expressions(policy, spans, declared);
  const auto subjects = [&](const std::set<int>& reads) {
    return keys_of(policy, nullptr, expressions, visible(policy, reads, known));
  };
  const auto subject = [&](const NaiveKey& key) {
    return NaiveSubject{policy, spans, expressions, key, clock};
  };
  std::set<int> told;  // scores whose grade changes are known
  const auto tell_changes = [&](int number, const auto& again) -> void {
    if (!told.insert(number).second) return;
    const dsl::ScoreDecl& score = policy.scores[static_cast<size_t>(number)];
    for (int read : score.reads) {
      const dsl::RecordDecl& type = policy.records[static_cast<size_t>(read)];
      if (type.origin == dsl::Origin::kChanges) again(type.source, again);
    }
    std::vector<NaiveRecord> changes;
    for (const NaiveKey& key : subjects(score.reads)) {
      for (NaiveWarning& change : grade_changes(subject(key), score)) {
        result.push_back(change);
        changes.push_back(std::move(change.record));
      }
    }
    if (score.record_type >= 0) known.insert(known.end(), changes.begin(), changes.end());
  };
  for (const int number : policy.rule_order) {
    const dsl::RuleDecl& rule = policy.rules[static_cast<size_t>(number)];
    for (int read : rule.reads) {
      const dsl::RecordDecl& type = policy.records[static_cast<size_t>(read)];
      if (type.origin == dsl::Origin::kChanges) tell_changes(type.source, tell_changes);
    }
    std::vector<NaiveRecord> warned;
    for (const NaiveKey& key :
         keys_of(policy, &rule, expressions, visible(policy, rule.reads, known))) {
      const NaiveScene scene{policy, spans, expressions, rule, key, clock};
      for (NaiveWarning& warning : rule.condition ? while_warnings(scene) : on_warnings(scene)) {
        result.push_back(warning);
        warning.record.end = warning.cleared.value_or(Calendar::kNever);
        if (rule.record_type >= 0) warned.push_back(std::move(warning.record));
      }
    }
    known.insert(known.end(), warned.begin(), warned.end());
  }
  for (size_t score = 0; score < policy.scores.size(); ++score) {
    tell_changes(static_cast<int>(score), tell_changes);
  }
  const auto add = [&](const std::vector<NetWarning>& more) {
    result.insert(result.end(), more.begin(), more.end());
  };
  for (const dsl::PublishDecl& publish : policy.publishes) {
    const auto& reads = policy.scores[static_cast<size_t>(publish.score_index)].reads;
    for (const NaiveKey& key : subjects(reads)) add(assessments(subject(key), publish));
  }
  for (const dsl::SampleDecl& sample : policy.samples) {
    for (const NaiveKey& key : subjects(sample.reads)) add(draws(subject(key), sample));
  }
  std::stable_sort(result.begin(), result.end(), [](const NetWarning& a, const NetWarning& b) {
    return std::tie(a.rule, a.key, a.raised, a.trigger) <
           std::tie(b.rule, b.key, b.raised, b.trigger);
  });
  return result;
}

}  // namespace tocsin::testing
