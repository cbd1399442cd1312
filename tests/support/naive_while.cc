// `while C`: one warning per maximal run of change points at which C is true.
#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <set>

#include "tests/support/naive_rule.h"

namespace tocsin::testing {

// A hash, as engine.md has it; equal ids are ordered by it.
std::string id_of(const std::string& rule, const std::string& key,
                  const std::vector<std::string>& start) {
  std::string identity;
  const auto add = [&](const std::string& part) {
    identity += std::to_string(part.size()) + ":" + part;
  };
  add(rule);
  add(key);
  for (const std::string& part : start) add(part);
  const XXH128_hash_t hash = XXH3_128bits(identity.data(), identity.size());
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text;
}

int NaiveScene::level(const Moment& moment) const {
  for (const dsl::LevelChoice& choice : rule.levels) {
    if (expressions.is_true(choice.when.get(), moment)) return choice.index;
  }
  assert(false && "the last level has no condition");
  return -1;
}

namespace {

std::vector<std::string> shortest_first(const std::set<std::vector<std::string>>& paths) {
  std::set<std::pair<size_t, std::string>> sorted;
  for (const auto& path : paths) {
    std::string text;
    for (const std::string& name : path) text += (&name == &path.front() ? "" : " – ") + name;
    sorted.emplace(path.size(), text);
  }
  std::vector<std::string> texts;
  for (const auto& [size, text] : sorted) texts.push_back(text);
  return texts;
}

}  // namespace

void NaiveScene::describe(NetWarning& warning, const Moment& moment) const {
  warning.rule = rule.name.text;
  warning.key = key.text;
  warning.level = policy.levels.at(static_cast<size_t>(level(moment))).text;
  if (rule.for_subject) {
    const Value subject = expressions.evaluate(*rule.for_subject, moment);
    warning.subject.reset();
    if (!subject.is_missing()) {
      warning.subject = expressions.text(subject, rule.for_subject->type);
    }
  } else if (rule.by.empty()) {
    warning.subject = key.text;
  } else if (!moment.bound.empty() && !moment.bound.back()->subject.empty()) {
    warning.subject = moment.bound.back()->subject;
  }
  const std::string& name = rule.title.empty() ? rule.name.text : rule.title;
  warning.message = rule.say ? expressions.render(*rule.say, moment) : name;

  std::vector<const dsl::Aggregate*> aggregates;
  expressions.collect_aggregates(rule.condition.get(), aggregates);
  for (const dsl::Step& step : rule.steps) {
    expressions.collect_aggregates(step.where.get(), aggregates);
  }
  RecordList grounds = moment.bound;
  for (const dsl::Aggregate* aggregate : aggregates) {
    const RecordList covered = expressions.covered(*aggregate, moment);
    grounds.insert(grounds.end(), covered.begin(), covered.end());
  }
  std::sort(grounds.begin(), grounds.end(),
            [&](const NaiveRecord* a, const NaiveRecord* b) { return earlier(policy, *a, *b); });
  grounds.erase(std::unique(grounds.begin(), grounds.end()), grounds.end());
  warning.evidence.clear();
  for (const NaiveRecord* ground : grounds) warning.evidence.push_back(ground->id);
  std::set<std::vector<std::string>> paths;
  for (const dsl::Aggregate* aggregate : aggregates) {
    expressions.collect_paths(*aggregate, moment, paths);
  }
  warning.paths = shortest_first(paths);
}

void NaiveScene::note_record(NaiveWarning& warning, const Moment& moment,
                             const std::vector<std::string>& start) const {
  if (rule.record_type < 0) return;
  NaiveRecord& record = warning.record;
  record.type = rule.record_type;
  record.time = warning.raised;
  record.subject = warning.subject.value_or("");
  record.id = id_of(rule.name.text, key.text, start);
  record.values.push_back({Value::of_enum(level(moment)), ""});
  for (size_t part = 0; part < rule.by.size(); ++part) {
    record.values.push_back(NaiveValue::of(moment.key[part]));
  }
  for (const dsl::WithValue& with : rule.with) {
    record.values.push_back(NaiveValue::of(expressions.evaluate(*with.value, moment)));
  }
}

std::set<int64_t> change_points(const NaiveKey& key,
                                const std::vector<const dsl::Aggregate*>& aggregates,
                                const NaiveExpressions& expressions, const NaiveCalendar& spans,
                                int64_t clock) {
  const bool across = std::any_of(aggregates.begin(), aggregates.end(),
                                  [](const auto* aggregate) { return aggregate->across; });
  std::set<int64_t> points;
  for (const NaiveRecord* record : across ? *key.all : key.records) {
    points.insert(record->time);
    if (across) points.insert(expressions.end_of(*record));  // it may be an edge
    for (const dsl::Aggregate* aggregate : aggregates) {
      if (aggregate->record_type != record->type) continue;
      if (aggregate->state != dsl::RecordState::kAny) {
        points.insert(expressions.end_of(*record));
        points.insert(expressions.deadline_of(*record));
      }
      std::optional<int64_t> point = record->time;
      for (const auto* span : {&aggregate->ago, &aggregate->over}) {
        if (!*span || !point || *point == Calendar::kNever) continue;
        point = spans.plus(*point, **span);
        if (point) points.insert(*point);
      }
    }
  }
  points.erase(points.upper_bound(clock), points.end());
  points.erase(points.begin(), points.lower_bound(key.records.front()->time));
  return points;
}

namespace {

// Where the rule's value may change.
std::set<int64_t> change_points(const NaiveScene& scene) {
  std::vector<const dsl::Aggregate*> aggregates;
  scene.expressions.collect_aggregates(scene.rule.condition.get(), aggregates);
  for (const dsl::LevelChoice& choice : scene.rule.levels) {
    scene.expressions.collect_aggregates(choice.when.get(), aggregates);
  }
  return change_points(scene.key, aggregates, scene.expressions, scene.spans, scene.clock);
}

}  // namespace

std::vector<NaiveWarning> while_warnings(const NaiveScene& scene) {
  std::vector<NaiveWarning> warnings;
  bool open = false;
  int level = -1;
  for (const int64_t time : change_points(scene)) {
    const Moment moment = scene.at(time);
    if (!scene.expressions.is_true(scene.rule.condition.get(), moment)) {
      if (open) warnings.back().cleared = time;
      open = false;
      continue;
    }
    const int level_now = scene.level(moment);
    if (!open) warnings.emplace_back().raised = time;
    if (!open || level_now != level) scene.describe(warnings.back(), moment);
    if (!open) scene.note_record(warnings.back(), moment, {std::to_string(time)});
    open = true;
    level = level_now;
  }
  return warnings;
}

}  // namespace tocsin::testing
