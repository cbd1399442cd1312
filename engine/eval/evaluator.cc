#include "engine/eval/evaluator.h"

#include <re2/re2.h>

#include <cassert>

#include "engine/eval/windows.h"
#include "rules-dsl/value/functions.h"
#include "rules-dsl/value/text.h"

namespace tocsin {

using plan::Op;

namespace {

Value calculate(Op op, Value a, Value b) {
  switch (op) {
    case Op::kNegate:
      return negate(a);
    case Op::kToDecimal:
      return multiply(a, Value::of_decimal(kDecimalScale));
    case Op::kToFloat:
      return multiply(a, Value::of_float(1.0));
    case Op::kAbsolute:
      return absolute(a);
    case Op::kRound:
      return round_number(a);
    case Op::kFloor:
      return floor_number(a);
    case Op::kAdd:
      return add(a, b);
    case Op::kSubtract:
      return subtract(a, b);
    case Op::kMultiply:
      return multiply(a, b);
    default:
      return divide(a, b);
  }
}

Value extreme(Op op, Value a, Value b) {
  const Order order = compare(a, b);
  if (order == Order::kUnknown) return Value::missing();
  return (order == Order::kLess) == (op == Op::kMinimum) ? a : b;
}

}  // namespace

Evaluator::Evaluator(const plan::Program& program, const plan::Domain& domain)
    : program_(program), domain_(domain), remembered_(domain.code.remembered) {}

void Evaluator::begin_step() {
  ++step_;
  scratch_.clear();
}

int64_t Evaluator::plus(int64_t time, TimeSpan span) {
  const int64_t end = calendar().plus(time, span);
  if (end == Calendar::kNever && span.workdays != 0) ++faults_.workdays;
  return end;
}

bool Evaluator::reaches(int64_t from, TimeSpan span, int64_t time) {
  if (span.workdays == 0) return calendar().reaches(from, span, time);
  const int64_t end = plus(from, span);
  return end != Calendar::kNever && time <= end;
}

Value Evaluator::eval(plan::NodeId id, Bindings& bindings) {
  const plan::Node& node = domain_.code.nodes[id];
  switch (node.op) {
    case Op::kConstant:
      return domain_.code.constants[node.a];
    case Op::kField:
    case Op::kRecordId:
    case Op::kRecordSubject:
    case Op::kRecordTime:
    case Op::kRecordType:
    case Op::kSubjectSuspect:
      return eval_record(node, bindings);
    case Op::kKey:
      return key(node.a);
    case Op::kProfile:
      return profile(node.a);
    case Op::kAggregate:
      return Windows(domain_, calendar(), *this, *state_).aggregate(node.a, bindings);
    case Op::kRemembered:
      return eval_remembered(node, bindings);
    case Op::kNot:
    case Op::kAnd:
    case Op::kOr:
    case Op::kCoalesce:
    case Op::kThen:
    case Op::kMinimum:
    case Op::kMaximum:
    case Op::kIsMissing:
    case Op::kIsKnown:
      return eval_logic(node, bindings);
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return eval_comparison(node, bindings);
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kNegate:
    case Op::kAbsolute:
    case Op::kRound:
    case Op::kFloor:
    case Op::kToDecimal:
    case Op::kToFloat:
      return eval_arithmetic(node, bindings);
    case Op::kIn:
      return eval_in(node, bindings);
    case Op::kContains:
    case Op::kStartsWith:
    case Op::kEndsWith:
    case Op::kMatches:
    case Op::kLower:
    case Op::kLength:
    case Op::kProvince:
    case Op::kCity:
    case Op::kSection:
    case Op::kDivision:
    case Op::kSuspect:
      return eval_text(node, bindings);
    case Op::kLookup:
      return eval_lookup(node, bindings);
    case Op::kYear:
    case Op::kMonth:
    case Op::kDay:
    case Op::kWeekday:
    case Op::kHour:
    case Op::kDaysBetween:
    case Op::kIsWorkday:
      return eval_calendar(node, bindings);
  }
  return Value::missing();
}

Value Evaluator::eval_record(const plan::Node& node, const Bindings& bindings) const {
  const Row* row = node.scope == dsl::kAggregatedRecord
                       ? bindings.row
                       : bindings.bound[static_cast<size_t>(node.scope)];
  assert(row != nullptr);
  switch (node.op) {
    case Op::kField:
      return row->value(node.a);
    case Op::kRecordId:
      return Value::of_text(row->id());
    case Op::kRecordSubject:  // a warning may have none
      return row->subject_bytes == 0 ? Value::missing() : Value::of_text(row->subject());
    case Op::kRecordTime:
      return Value::of_time(row->time);
    case Op::kSubjectSuspect:
      return row->subject_bytes == 0 ? Value::missing() : suspect(Value::of_text(row->subject()));
    default:
      return Value::of_text(program_.types[row->type].name);
  }
}

Value Evaluator::eval_logic(const plan::Node& node, Bindings& bindings) {
  const Value a = eval(node.a, bindings);
  switch (node.op) {
    case Op::kNot:
      return logical_not(a);
    case Op::kAnd:
      return a.is_false() ? a : logical_and(a, eval(node.b, bindings));
    case Op::kOr:
      return a.is_true() ? a : logical_or(a, eval(node.b, bindings));
    case Op::kCoalesce:
      return a.is_missing() ? eval(node.b, bindings) : a;
    case Op::kThen:
      return a.is_true() ? eval(node.b, bindings) : Value::missing();
    case Op::kMinimum:
    case Op::kMaximum:
      return extreme(node.op, a, eval(node.b, bindings));
    case Op::kIsMissing:
      return Value::of_bool(a.is_missing());
    default:
      return Value::of_bool(!a.is_missing());
  }
}

Value Evaluator::eval_comparison(const plan::Node& node, Bindings& bindings) {
  const Value a = eval(node.a, bindings);
  const Order order = compare(a, eval(node.b, bindings));
  if (order == Order::kUnknown) return Value::missing();
  switch (node.op) {
    case Op::kEqual:
      return Value::of_bool(order == Order::kEqual);
    case Op::kNotEqual:
      return Value::of_bool(order != Order::kEqual);
    case Op::kLess:
      return Value::of_bool(order == Order::kLess);
    case Op::kLessEqual:
      return Value::of_bool(order != Order::kGreater);
    case Op::kGreater:
      return Value::of_bool(order == Order::kGreater);
    default:
      return Value::of_bool(order != Order::kLess);
  }
}

Value Evaluator::eval_arithmetic(const plan::Node& node, Bindings& bindings) {
  const Value a = eval(node.a, bindings);
  const Value b = node.b == plan::kNoNode ? Value::of_int(0) : eval(node.b, bindings);
  const Value result = calculate(node.op, a, b);
  if (result.is_missing() && !a.is_missing() && !b.is_missing()) note_fault();
  return result;
}

// `x in {a, b}` is `x == a or x == b`.
Value Evaluator::eval_in(const plan::Node& node, Bindings& bindings) {
  const Value value = eval(node.a, bindings);
  Value result = Value::of_bool(false);
  for (plan::NodeId item : domain_.code.lists[node.b]) {
    const Order order = compare(value, eval(item, bindings));
    if (order == Order::kEqual) return Value::of_bool(true);
    if (order == Order::kUnknown) result = Value::missing();
  }
  return result;
}

Value Evaluator::eval_text(const plan::Node& node, Bindings& bindings) {
  const Value a = eval(node.a, bindings);
  if (a.is_missing()) return a;
  switch (node.op) {
    case Op::kMatches:
      return Value::of_bool(re2::RE2::PartialMatch(
          re2::StringPiece(a.text().data(), a.text().size()), *domain_.code.patterns[node.b]));
    case Op::kLower: {
      std::string& made = scratch_.emplace_back();
      lower(a.text(), made);
      return Value::of_text(made);
    }
    case Op::kLength:
      return Value::of_int(length(a.text()));
    case Op::kProvince:
      return province(a);
    case Op::kCity:
      return city(a);
    case Op::kSection:
      return section(a);
    case Op::kDivision:
      return division(a);
    case Op::kSuspect:
      return suspect(a);
    default:
      break;
  }
  const Value b = eval(node.b, bindings);
  if (b.is_missing()) return b;
  if (node.op == Op::kContains) return Value::of_bool(contains(a.text(), b.text()));
  if (node.op == Op::kStartsWith) return Value::of_bool(starts_with(a.text(), b.text()));
  return Value::of_bool(ends_with(a.text(), b.text()));
}

Value Evaluator::eval_calendar(const plan::Node& node, Bindings& bindings) {
  const Value a = eval(node.a, bindings);
  switch (node.op) {
    case Op::kYear:
      return year(a, calendar());
    case Op::kMonth:
      return month(a, calendar());
    case Op::kDay:
      return day(a, calendar());
    case Op::kWeekday:
      return weekday(a, calendar());
    case Op::kHour:
      return hour(a, calendar());
    case Op::kIsWorkday: {
      const Value known = is_workday(a, calendar());
      if (known.is_missing() && !a.is_missing()) ++faults_.workdays;
      return known;
    }
    default:
      return days_between(a, eval(node.b, bindings), calendar());
  }
}

Value Evaluator::eval_lookup(const plan::Node& node, Bindings& bindings) {
  const plan::TablePlan& table = program_.tables[node.b / limits::kFieldsMax];
  const Value* found = table.find(eval(node.a, bindings), node.b % limits::kFieldsMax);
  return found == nullptr ? Value::missing() : *found;
}

Value Evaluator::eval_remembered(const plan::Node& node, Bindings& bindings) {
  Remembered& remembered = remembered_[node.b];
  if (remembered.step != step_) remembered = {step_, eval(node.a, bindings)};
  return remembered.value;
}

Value Evaluator::profile(uint32_t field) const {
  const Row* row = state_->profile[field];
  return row == nullptr ? Value::missing() : row->value(state_->profile_slot[field]);
}

Value Evaluator::profile_as_of(uint32_t field, int64_t time) const {
  const Row* latest = nullptr;
  Value value = Value::missing();
  for (const plan::ProfileSourcePlan& source : domain_.profile[field].sources) {
    const std::vector<const Row*>& ring = state_->rings[source.type];
    const auto later = std::partition_point(ring.begin(), ring.end(),
                                            [&](const Row* row) { return row->time <= time; });
    const auto known =
        std::find_if(std::make_reverse_iterator(later), ring.rend(),
                     [&](const Row* row) { return !row->value(source.slot).is_missing(); });
    if (known == ring.rend() || (latest != nullptr && order(**known, *latest) < 0)) continue;
    latest = *known;
    value = latest->value(source.slot);
  }
  return value;
}

Value Evaluator::key(uint32_t part) const {
  if (domain_.by_subject()) return Value::of_text(key_text_);
  const Row& first = *state_->first;
  return first.value(domain_.types[first.type].key[part].slot);
}

std::string Evaluator::render(const plan::TemplatePlan& text, Bindings& bindings) {
  std::string out;
  for (const plan::TemplatePlan::Part& part : text.parts) {
    if (part.node == plan::kNoNode) {
      out += part.text;
    } else {
      out += as_text(eval(part.node, bindings), part.type);
    }
  }
  out.resize(cut_utf8(out, limits::kMessageBytesMax).size());
  return out;
}

std::string Evaluator::as_text(Value value, const dsl::Type& type) const {
  return format_value(value, type, calendar());
}

}  // namespace tocsin
