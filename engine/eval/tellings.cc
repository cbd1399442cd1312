// KeyFold: what is told of a subject beside warnings: grade changes, assessments and draws.
#include <fmt/format.h>

#include <cassert>
#include <utility>

#include "engine/eval/key_fold.h"
#include "engine/record/json_text.h"
#include "rules-dsl/value/draw.h"

namespace tocsin {

namespace {

void member(std::string& out, std::string_view name, std::string_view text) {
  append_json_name(out, name);
  append_json_string(out, text);
}

// None: null.
void optional_member(std::string& out, std::string_view name, std::string_view text) {
  append_json_name(out, name);
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string(out, text);
  }
}

}  // namespace

// Once the key exists. A period that begins at that instant counts.
void KeyFold::start_periods(int64_t now) {
  for (uint32_t rule : periodic_) {
    const plan::RulePlan& plan = domain_.rules[rule];
    int64_t& next = state_->rules[rule].next_period;
    if (next != INT64_MAX || !exists_for(plan)) continue;
    next = next_period(*plan.telling->every, now - 1, evaluator_.calendar());
  }
}

// The first grade is not a change; where there is none, the last one stands.
void KeyFold::tell_change(uint32_t rule, Bindings& bindings) {
  const plan::RulePlan& plan = domain_.rules[rule];
  if (!exists_for(plan)) return;
  const plan::TellingPlan& telling = *plan.telling;
  RuleState& at = state_->rules[rule];
  const Value grade = evaluator_.eval(telling.grade, bindings);
  if (grade.is_missing() || grade.integer() == at.grade) return;
  const auto before = std::exchange(at.grade, static_cast<int32_t>(grade.integer()));
  if (before < 0) return;
  const std::string_view from = grade_name(telling, Value::of_enum(before));
  const std::string_view to = grade_name(telling, grade);
  const std::string score = number(evaluator_.eval(telling.score, bindings));
  Warning& told = add_telling(rule, bindings);
  member(told.values, "from", from);
  member(told.values, "to", to);
  append_json_name(told.values, "score");
  told.values += score;
  told.message = fmt::format("{} -> {}, {} points", from, to, score);
  if (plan.record) emit_record(told, plan, bindings, Value::of_enum(before));
}

void KeyFold::tell_period(uint32_t rule, Bindings& bindings) {
  const plan::TellingPlan& telling = *domain_.rules[rule].telling;
  RuleState& at = state_->rules[rule];
  assert(at.next_period == bindings.time);
  at.next_period = next_period(*telling.every, bindings.time, evaluator_.calendar());
  if (telling.kind == Kind::kDraw) return tell_draw(rule, bindings);
  tell_assessment(rule, bindings);
}

void KeyFold::tell_assessment(uint32_t rule, Bindings& bindings) {
  const plan::TellingPlan& telling = *domain_.rules[rule].telling;
  const std::string score = number(evaluator_.eval(telling.score, bindings));
  std::string_view grade;
  if (telling.grade != plan::kNoNode) {
    grade = grade_name(telling, evaluator_.eval(telling.grade, bindings));
  }
  Warning& told = add_telling(rule, bindings);
  append_json_name(told.values, "score");
  told.values += score;
  optional_member(told.values, "grade", grade);
  told.message = score + " points";
  if (!grade.empty()) told.message += fmt::format(", grade {}", grade);
}

// A subject whose grade is not known is not drawn.
void KeyFold::tell_draw(uint32_t rule, Bindings& bindings) {
  const plan::TellingPlan& telling = *domain_.rules[rule].telling;
  if (telling.where != plan::kNoNode && !evaluator_.is_true(telling.where, bindings)) return;
  int64_t rate = telling.rates.front();
  std::string_view grade;
  if (telling.grade != plan::kNoNode) {
    const Value given = evaluator_.eval(telling.grade, bindings);
    if (given.is_missing()) return;
    rate = telling.rates[static_cast<size_t>(given.integer())];
    grade = grade_name(telling, given);
  }
  const Calendar& calendar = evaluator_.calendar();
  const std::string period = Calendar::format_date(calendar.day_of(bindings.time));
  const uint64_t hash = draw_hash(telling.seed, period, key_);
  if (!is_drawn(hash, rate)) return;
  Warning& told = add_telling(rule, bindings);
  member(told.values, "sample", program_.rules[told.rule].name);
  member(told.values, "period", period);
  optional_member(told.values, "grade", grade);
  member(told.values, "rate", rate_text(rate));
  member(told.values, "hash", hash_text(hash));
  told.message = fmt::format("drawn for the period from {}, rate {}", period, rate_text(rate));
}

Warning& KeyFold::add_telling(uint32_t number, const Bindings& bindings) {
  const plan::RulePlan& rule = domain_.rules[number];
  Warning& told = state_->warnings.emplace_back();
  told.rule = rule.index;
  told.raised = told.changed = bindings.time;
  told.raised_by = told.cause = cause_;
  told.id = telling_id(number, bindings.time);
  told.subject = std::string(key_);
  told.region = region(rule, bindings);
  touch(static_cast<uint32_t>(state_->warnings.size() - 1));
  return told;
}

std::string KeyFold::number(Value score) const {
  if (score.is_missing()) return "null";
  return evaluator_.as_text(score, {.kind = dsl::TypeKind::kDecimal, .values = nullptr});
}

std::string_view KeyFold::grade_name(const plan::TellingPlan& telling, Value grade) const {
  if (grade.is_missing()) return {};
  return telling.grade_type.values->values[static_cast<size_t>(grade.integer())];
}

}  // namespace tocsin
