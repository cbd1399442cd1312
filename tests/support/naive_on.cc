// `on … then … then no …`: every choice of records, tried one after the other.
#include <algorithm>
#include <functional>

#include "tests/support/naive_rule.h"

namespace tocsin::testing {
namespace {

enum class Prefer { kLatest, kEarliest };

// One choice of records that fits, and when it fires.
struct Firing {
  int64_t time = 0;
  RecordList bound;

  const NaiveRecord* first() const { return bound.front(); }
  const NaiveRecord* last() const { return bound.back(); }
};

bool all_fit(const NaiveScene& scene, const Moment& moment) {
  return std::all_of(scene.rule.steps.begin(), scene.rule.steps.end(), [&](const dsl::Step& step) {
    return scene.expressions.is_true(step.where.get(), moment);
  });
}

// When a record counts as the given step: when it comes, or when it falls due.
int64_t time_as_step(const NaiveScene& scene, size_t step, const NaiveRecord& record) {
  return scene.rule.steps[step].overdue ? scene.expressions.deadline_of(record) : record.time;
}

bool takes_part(const NaiveScene& scene, size_t step, const NaiveRecord& record) {
  if (record.type != scene.rule.steps[step].record_type) return false;
  if (!scene.rule.steps[step].overdue) return true;
  return scene.expressions.is_overdue(record, scene.expressions.deadline_of(record));
}

// The key's records of a step's type, the preferred ones first.
RecordList candidates(const NaiveScene& scene, size_t step, Prefer prefer) {
  RecordList records;
  for (const NaiveRecord* record : scene.key.records) {
    if (takes_part(scene, step, *record)) records.push_back(record);
  }
  std::stable_sort(records.begin(), records.end(), [&](const auto* a, const auto* b) {
    return time_as_step(scene, step, *a) < time_as_step(scene, step, *b);
  });
  if (prefer == Prefer::kLatest) std::reverse(records.begin(), records.end());
  return records;
}

// Calls `visit` with every choice of records for the steps before the last that ends in `last` and
// keeps order and spans, chosen from the last backwards, the preferred first. `bound` is scratch.
void for_each_choice(const NaiveScene& scene, size_t chosen_from, Prefer prefer, RecordList& bound,
                     const std::function<void(const RecordList&)>& visit) {
  if (chosen_from == 0) return visit(bound);
  const NaiveRecord* next = bound[chosen_from];
  const dsl::Duration& within = *scene.rule.steps[chosen_from].within;
  for (const NaiveRecord* record : candidates(scene, chosen_from - 1, prefer)) {
    const int64_t time = time_as_step(scene, chosen_from - 1, *record);
    if (time >= next->time) continue;
    const std::optional<int64_t> end = scene.spans.plus(time, within);
    if (!end || next->time > *end) continue;
    bound[chosen_from - 1] = record;
    for_each_choice(scene, chosen_from - 1, prefer, bound, visit);
  }
}

std::vector<RecordList> choices(const NaiveScene& scene, const NaiveRecord* last, Prefer prefer) {
  std::vector<RecordList> all;
  RecordList bound(scene.rule.steps.size());
  bound.back() = last;
  for_each_choice(scene, bound.size() - 1, prefer, bound,
                  [&](const RecordList& choice) { all.push_back(choice); });
  return all;
}

// When the time of `then no` is over for a choice; kNever when it never comes.
int64_t deadline(const NaiveScene& scene, const RecordList& choice) {
  const dsl::Absence& absence = *scene.rule.absence;
  const int64_t anchor = time_as_step(scene, choice.size() - 1, *choice.back());
  if (absence.step.within) {
    return scene.spans.plus(anchor, *absence.step.within).value_or(Calendar::kNever);
  }
  Moment moment = scene.at(anchor);
  moment.bound = choice;
  const Value before = scene.expressions.evaluate(*absence.before, moment);
  if (before.is_missing()) return Calendar::kNever;
  const int64_t end = before.kind() == ValueKind::kDate
                          ? scene.spans.civil().day_end(before.integer())
                          : before.integer();
  return std::max(end, anchor);
}

// A record that `then no` forbids came after the anchor and in time.
bool came(const NaiveScene& scene, const Moment& moment) {
  const dsl::Step& step = scene.rule.absence->step;
  const int64_t anchor = time_as_step(scene, scene.rule.steps.size() - 1, *moment.bound.back());
  for (const NaiveRecord* record : scene.key.records) {
    if (record->type != step.record_type) continue;
    if (record->time <= anchor || record->time > moment.time) continue;
    Moment with_absent = moment;
    with_absent.bound.push_back(record);
    if (scene.expressions.is_true(step.where.get(), with_absent)) return true;
  }
  return false;
}

// Every choice ending in `last` that fires by the clock, the preferred first.
std::vector<Firing> firings_of(const NaiveScene& scene, const NaiveRecord* last, Prefer prefer) {
  std::vector<Firing> firings;
  for (RecordList& choice : choices(scene, last, prefer)) {
    const int64_t time = scene.rule.absence ? deadline(scene, choice)
                                            : time_as_step(scene, choice.size() - 1, *last);
    if (time == Calendar::kNever || time > scene.clock) continue;
    Moment moment = scene.at(time);
    moment.bound = choice;
    if (!all_fit(scene, moment)) continue;
    if (scene.rule.absence && came(scene, moment)) continue;
    firings.push_back({time, std::move(choice)});
  }
  return firings;
}

// At most one per last record: its earliest firing; of those the latest choice.
std::vector<Firing> per_last_record(const NaiveScene& scene) {
  std::vector<Firing> result;
  RecordList lasts = candidates(scene, scene.rule.steps.size() - 1, Prefer::kEarliest);
  for (const NaiveRecord* last : lasts) {
    const std::vector<Firing> firings = firings_of(scene, last, Prefer::kLatest);
    const auto earliest = std::min_element(  // the first of equals
        firings.begin(), firings.end(),
        [](const Firing& a, const Firing& b) { return a.time < b.time; });
    if (earliest != firings.end()) result.push_back(*earliest);
  }
  return result;
}

// At most one per first record: its earliest firing; of those the one whose records are the
// earliest, chosen from the last backwards.
std::vector<Firing> per_first_record(const NaiveScene& scene) {
  std::vector<Firing> all;
  for (const NaiveRecord* last :
       candidates(scene, scene.rule.steps.size() - 1, Prefer::kEarliest)) {
    const std::vector<Firing> firings = firings_of(scene, last, Prefer::kEarliest);
    all.insert(all.end(), firings.begin(), firings.end());
  }
  std::vector<Firing> result;
  for (const NaiveRecord* first : candidates(scene, 0, Prefer::kEarliest)) {
    const Firing* earliest = nullptr;
    for (const Firing& firing : all) {
      if (firing.first() != first) continue;
      if (earliest == nullptr || firing.time < earliest->time) earliest = &firing;
    }
    if (earliest != nullptr) result.push_back(*earliest);
  }
  return result;
}

// What the id of its warning rests on: the last record, and the first where each has its own.
std::vector<std::string> start_of(const NaiveScene& scene, const Firing& firing) {
  std::vector<std::string> start;
  const auto add = [&](const NaiveRecord& record) {
    const auto& type = scene.policy.records[static_cast<size_t>(record.type)].name.text;
    start.insert(start.end(), {type, record.subject, record.id});
  };
  add(*firing.last());
  if (scene.rule.each && scene.rule.steps.size() > 1) add(*firing.first());
  return start;
}

// `once per`, taken greedily in the order of (firing time, trigger, first record).
std::vector<Firing> thin_out(const NaiveScene& scene, const std::vector<Firing>& firings) {
  if (!scene.rule.once) return firings;
  std::vector<Firing> kept;
  std::vector<Value> seen;
  for (const Firing& firing : firings) {
    if (scene.rule.once->span) {
      std::optional<int64_t> over;  // missing: suppresses nothing
      if (!kept.empty()) over = scene.spans.plus(kept.back().time, *scene.rule.once->span);
      if (!over || firing.time >= *over) kept.push_back(firing);
      continue;
    }
    Moment moment = scene.at(firing.time);
    moment.bound = firing.bound;
    const Value value = scene.expressions.evaluate(*scene.rule.once->value, moment);
    const bool known = std::any_of(seen.begin(), seen.end(), [&](const Value& other) {
      return compare(value, other) == Order::kEqual;
    });
    if (known) continue;
    if (!value.is_missing()) seen.push_back(value);
    kept.push_back(firing);
  }
  return kept;
}

// When the rule's `until` clauses end what fired.
int64_t end_of(const NaiveScene& scene, const Firing& firing) {
  Moment moment = scene.at(firing.time);
  moment.bound = firing.bound;
  RecordList others;
  for (const NaiveRecord* record : scene.key.records) {
    const auto bound = std::find(firing.bound.begin(), firing.bound.end(), record);
    if (bound == firing.bound.end()) others.push_back(record);
  }
  int64_t end = Calendar::kNever;
  for (const dsl::Until& until : scene.rule.untils) {
    end = std::min(end, scene.expressions.end_by(until, firing.time, moment, others));
  }
  return end;
}

}  // namespace

std::vector<NaiveWarning> on_warnings(const NaiveScene& scene) {
  std::vector<Firing> firings = scene.rule.each ? per_first_record(scene) : per_last_record(scene);
  std::sort(firings.begin(), firings.end(), [&](const Firing& a, const Firing& b) {
    if (a.time != b.time) return a.time < b.time;
    if (a.last() != b.last()) return earlier(scene.policy, *a.last(), *b.last());
    const int64_t first = time_as_step(scene, 0, *a.first());
    const int64_t other = time_as_step(scene, 0, *b.first());
    if (first != other) return first < other;
    return earlier(scene.policy, *a.first(), *b.first());
  });
  // What has ended before it began was never raised.
  std::erase_if(firings,
                [&](const Firing& firing) { return end_of(scene, firing) <= firing.time; });
  std::vector<NaiveWarning> warnings;
  for (const Firing& firing : thin_out(scene, firings)) {
    Moment moment = scene.at(firing.time);
    moment.bound = firing.bound;
    NaiveWarning& warning = warnings.emplace_back();
    scene.describe(warning, moment);
    warning.raised = firing.time;
    warning.trigger = firing.last()->id;
    const int64_t end = end_of(scene, firing);
    if (end <= scene.clock) warning.cleared = end;
    scene.note_record(warning, moment, start_of(scene, firing));
  }
  return warnings;
}

}  // namespace tocsin::testing
