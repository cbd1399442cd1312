// `while C`: one warning per maximal run of change points at which C is true.
#include <algorithm>
#include <cassert>
#include <set>

#include "tests/support/naive_rule.h"

namespace tocsin::testing {

int NaiveScene::level(const Moment& moment) const {
  for (const dsl::LevelChoice& choice : rule.levels) {
    if (expressions.is_true(choice.when.get(), moment)) return choice.index;
  }
  assert(false && "the last level has no condition");
  return -1;
}

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
  } else if (!rule.by || rule.by->text == "subject") {
    warning.subject = key.text;
  } else if (!moment.bound.empty()) {
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
}

namespace {

// Where the rule's value may change: when a record comes, enters a window or leaves one.
std::set<int64_t> change_points(const NaiveScene& scene) {
  std::vector<const dsl::Aggregate*> aggregates;
  scene.expressions.collect_aggregates(scene.rule.condition.get(), aggregates);
  for (const dsl::LevelChoice& choice : scene.rule.levels) {
    scene.expressions.collect_aggregates(choice.when.get(), aggregates);
  }
  std::set<int64_t> points;
  for (const NaiveRecord* record : scene.key.records) {
    points.insert(record->time);
    for (const dsl::Aggregate* aggregate : aggregates) {
      if (aggregate->record_type != record->type) continue;
      int64_t point = record->time;
      for (const auto* span : {&aggregate->ago, &aggregate->over}) {
        if (!*span || point == Calendar::kNever) continue;
        point = scene.calendar.plus(point, to_span(**span));
        points.insert(point);
      }
    }
  }
  points.erase(points.upper_bound(scene.clock), points.end());
  return points;
}

}  // namespace

std::vector<NetWarning> while_warnings(const NaiveScene& scene) {
  std::vector<NetWarning> warnings;
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
    open = true;
    level = level_now;
  }
  return warnings;
}

}  // namespace tocsin::testing
