// DomainBuilder, third part: scores, as expressions over what they count. start, then every item
// with its own cap, then `keep between`, then the thresholds, then `grade at best` (language.md
// 11).
#include <algorithm>

#include "rules-dsl/plan/domain_builder.h"

namespace tocsin::plan {

NodeId DomainBuilder::lower_score(int index) {
  NodeId& known = scores_[static_cast<size_t>(index)];
  if (known != kNoNode) return known;
  const int aggregated = std::exchange(aggregated_type_, -1);
  const dsl::ScoreDecl& score = policy_.scores[static_cast<size_t>(index)];
  std::vector<NodeId> parts{points(score.start)};
  for (const dsl::ScoreItem& item : score.items) parts.push_back(lower_item(item));
  NodeId total = joined(Op::kAdd, std::move(parts));
  if (score.keep) {
    total = code_.binary(Op::kMinimum, total, points(score.keep->high));
    total = code_.binary(Op::kMaximum, total, points(score.keep->low));
  }
  aggregated_type_ = aggregated;
  return known = shared(total);
}

// What is unknown adds nothing.
NodeId DomainBuilder::lower_item(const dsl::ScoreItem& item) {
  NodeId value = points(item.points);
  if (item.condition) {
    value = code_.binary(Op::kThen, lower(*item.condition), value);
  } else {
    value = code_.binary(Op::kMultiply, value, lower(*item.per));
  }
  if (item.at_most && item.points.scaled >= 0) {
    value = code_.binary(Op::kMinimum, value, points(*item.at_most));
  } else if (item.at_most) {
    value = code_.binary(Op::kMaximum, value, points({-item.at_most->scaled}));
  }
  return code_.binary(Op::kCoalesce, value, points({0}));
}

// In pairs, so that long lists nest little. Requires: parts are not empty.
NodeId DomainBuilder::joined(Op op, std::vector<NodeId> parts) {
  while (parts.size() > 1) {
    std::vector<NodeId> pairs;
    for (size_t i = 0; i + 1 < parts.size(); i += 2) {
      pairs.push_back(code_.binary(op, parts[i], parts[i + 1]));
    }
    if (parts.size() % 2 == 1) pairs.push_back(parts.back());
    parts = std::move(pairs);
  }
  return parts.front();
}

NodeId DomainBuilder::lower_grade(int index) {
  NodeId& known = grades_[static_cast<size_t>(index)];
  if (known != kNoNode) return known;
  const dsl::ScoreDecl& declared = policy_.scores[static_cast<size_t>(index)];
  const NodeId score = lower_score(index);
  const int aggregated = std::exchange(aggregated_type_, -1);
  const auto grade = [&](size_t value) {
    return code_.constant(Value::of_enum(static_cast<int64_t>(value)));
  };
  const size_t best = declared.thresholds.size() - 1;
  NodeId given = code_.binary(Op::kThen, code_.unary(Op::kIsKnown, score), grade(0));
  for (size_t value = 1; value <= best; ++value) {
    const NodeId from = points(*declared.thresholds[best - value].from);
    const NodeId reached = code_.binary(Op::kGreaterEqual, score, from);
    given = code_.binary(Op::kCoalesce, code_.binary(Op::kThen, reached, grade(value)), given);
  }
  std::vector<NodeId> bounds{given};
  for (const dsl::GradeCap& cap : declared.caps) {
    const auto at_best = static_cast<size_t>(cap.index);
    const NodeId bound = code_.binary(Op::kThen, lower(*cap.condition), grade(at_best));
    bounds.push_back(code_.binary(Op::kCoalesce, bound, grade(best)));
  }
  aggregated_type_ = aggregated;
  return known = shared(joined(Op::kMinimum, std::move(bounds)));
}

Period period_of(const dsl::Duration& every) {
  const auto count = static_cast<int32_t>(every.count);
  switch (every.unit) {
    case dsl::DurationUnit::kMonth:
      return {.months = count};
    case dsl::DurationUnit::kYear:
      return {.months = count * 12};
    case dsl::DurationUnit::kWeek:
      return {.weeks = count};
    default:
      return {.days = count};
  }
}

TellingPlan DomainBuilder::telling_of(Kind kind, int score) {
  TellingPlan telling;
  telling.kind = kind;
  telling.score = lower_score(score);
  telling.grade_type = policy_.scores[static_cast<size_t>(score)].grade_type;
  if (telling.grade_type.values != nullptr) telling.grade = lower_grade(score);
  return telling;
}

uint32_t DomainBuilder::add_telling(TellingPlan telling, const std::set<int>& reads,
                                    uint32_t index) {
  const auto number = static_cast<uint32_t>(domain_.rules.size());
  RulePlan plan;
  plan.index = index;
  plan.telling = std::move(telling);
  note_reads(reads, number, plan);
  domain_.rules.push_back(std::move(plan));
  return number;
}

uint32_t DomainBuilder::add_grade_changes(int score, uint32_t index) {
  const uint32_t number = add_telling(telling_of(Kind::kGrade, score),
                                      policy_.scores[static_cast<size_t>(score)].reads, index);
  depend_while(number, domain_.rules[number]);
  return number;
}

uint32_t DomainBuilder::add_assessments(const dsl::PublishDecl& publish, uint32_t index) {
  TellingPlan telling = telling_of(Kind::kAssessment, publish.score_index);
  telling.every = period_of(publish.every);
  const auto& reads = policy_.scores[static_cast<size_t>(publish.score_index)].reads;
  return add_telling(std::move(telling), reads, index);
}

uint32_t DomainBuilder::add_draws(const dsl::SampleDecl& sample, uint32_t index) {
  TellingPlan telling;
  if (sample.score) telling = telling_of(Kind::kDraw, sample.score_index);
  telling.kind = Kind::kDraw;
  telling.every = period_of(sample.every);
  telling.seed = sample.seed;
  telling.rates.resize(sample.rates.size());
  for (const dsl::SampleRate& rate : sample.rates) {
    telling.rates[static_cast<size_t>(std::max(rate.index, 0))] = rate.rate;
  }
  scopes_.clear();
  if (sample.where) telling.where = lower(*sample.where);
  return add_telling(std::move(telling), sample.reads, index);
}

}  // namespace tocsin::plan
