// Aggregates of language.md 2, 4 and 11, for the naive evaluator: select the records, then fold
// them.
#include <algorithm>
#include <cmath>

#include "tests/support/naive_expression.h"

namespace tocsin::testing {
namespace {

using dsl::AggregateKind;

double to_double(Value value) {
  if (value.kind() == ValueKind::kFloat) return value.floating();
  if (value.kind() == ValueKind::kInt) return static_cast<double>(value.integer());
  return static_cast<double>(value.integer()) / static_cast<double>(kDecimalScale);
}

double plain_sum(const std::vector<Value>& values) {
  double total = 0;
  for (const Value& value : values) total += to_double(value);
  return total;
}

Value sum(const std::vector<Value>& values, dsl::TypeKind type) {
  if (type == dsl::TypeKind::kFloat) return Value::of_float(plain_sum(values));
  ExactSum total;
  for (const Value& value : values) total.add(value);
  return total.sum(type == dsl::TypeKind::kInt ? ValueKind::kInt : ValueKind::kDecimal);
}

Value average(const std::vector<Value>& values, dsl::TypeKind type) {
  if (values.empty()) return Value::missing();
  if (type == dsl::TypeKind::kFloat) {
    return Value::of_float(plain_sum(values) / static_cast<double>(values.size()));
  }
  ExactSum total;
  for (const Value& value : values) total.add(value);
  return total.average(type == dsl::TypeKind::kInt ? ValueKind::kInt : ValueKind::kDecimal);
}

Value deviation(const std::vector<Value>& values) {
  if (values.empty()) return Value::missing();
  const auto count = static_cast<double>(values.size());
  const double mean = plain_sum(values) / count;
  double squares = 0;
  for (const Value& value : values) {
    const double distance = to_double(value) - mean;
    squares += distance * distance;
  }
  return Value::of_float(std::sqrt(squares / count));
}

Value extreme(const std::vector<Value>& values, Order wanted) {
  Value best;
  for (const Value& value : values) {
    if (best.is_missing() || compare(value, best) == wanted) best = value;
  }
  return best;
}

Value distinct(const std::vector<Value>& values) {
  std::vector<Value> seen;
  for (const Value& value : values) {
    const bool known = std::any_of(seen.begin(), seen.end(), [&](const Value& other) {
      return compare(value, other) == Order::kEqual;
    });
    if (!known) seen.push_back(value);
  }
  return Value::of_int(static_cast<int64_t>(seen.size()));
}

}  // namespace

// r + E <= t < (r + E) + D; what is left out does not limit, and what is missing does not hold.
bool NaiveExpressions::inside_window(const dsl::Aggregate& aggregate, int64_t record_time,
                                     int64_t time) const {
  std::optional<int64_t> begin = record_time;
  if (aggregate.ago) begin = spans_.plus(record_time, *aggregate.ago);
  if (!begin || *begin == Calendar::kNever || *begin > time) return false;
  if (!aggregate.over) return true;
  const std::optional<int64_t> end = spans_.plus(*begin, *aggregate.over);
  return end && time < *end;
}

RecordList NaiveExpressions::covered(const dsl::Aggregate& aggregate, const Moment& moment) const {
  RecordList records;
  for (const NaiveRecord* record : candidates(aggregate, moment)) {
    const bool seen = record->type == aggregate.record_type && record->time <= moment.time;
    if (!seen || !in_state(aggregate.state, *record, moment.time)) continue;
    if (inside_window(aggregate, record->time, moment.time)) records.push_back(record);
  }
  if (aggregate.last_n) {
    const auto count = static_cast<size_t>(*aggregate.last_n);
    if (records.size() > count) records.erase(records.begin(), records.end() - *aggregate.last_n);
  }
  RecordList fitting;
  for (const NaiveRecord* record : records) {
    Moment inside = moment;
    inside.aggregated = record;
    if (is_true(aggregate.where.get(), inside)) fitting.push_back(record);
  }
  return fitting;
}

Value NaiveExpressions::aggregate(const dsl::Aggregate& aggregate, const Moment& moment) const {
  if (aggregate.across && !bounded_reach(*aggregate.across, moment)) return Value::missing();
  const RecordList records = covered(aggregate, moment);
  if (aggregate.kind == AggregateKind::kCount) {
    return Value::of_int(static_cast<int64_t>(records.size()));
  }
  if (aggregate.kind == AggregateKind::kExists) return Value::of_bool(!records.empty());
  std::vector<Value> values;
  for (const NaiveRecord* record : records) {
    Moment inside = moment;
    inside.aggregated = record;
    const Value value = evaluate(*aggregate.value, inside);
    if (!value.is_missing()) values.push_back(value);
  }
  const dsl::TypeKind type = aggregate.value->type.kind;
  switch (aggregate.kind) {
    case AggregateKind::kSum:
      return sum(values, type);
    case AggregateKind::kAvg:
      return average(values, type);
    case AggregateKind::kMin:
      return extreme(values, Order::kLess);
    case AggregateKind::kMax:
      return extreme(values, Order::kGreater);
    case AggregateKind::kStddev:
      return deviation(values);
    case AggregateKind::kFirst:
      return values.empty() ? Value::missing() : values.front();
    case AggregateKind::kLast:
      return values.empty() ? Value::missing() : values.back();
    default:
      return distinct(values);
  }
}

namespace {

// Calls `visit` for each expression directly below `expr`, aggregates' insides left out.
template <class Visit>
void for_each_child(const dsl::Expr& expr, Visit visit) {
  if (const auto* member = std::get_if<dsl::Member>(&expr.node)) {
    if (member->binding.kind == dsl::BindingKind::kPart) visit(member->object.get());
  } else if (const auto* unary = std::get_if<dsl::Unary>(&expr.node)) {
    visit(unary->operand.get());
  } else if (const auto* binary = std::get_if<dsl::Binary>(&expr.node)) {
    visit(binary->left.get());
    visit(binary->right.get());
  } else if (const auto* in = std::get_if<dsl::In>(&expr.node)) {
    visit(in->value.get());
    for (const dsl::ExprPtr& item : in->items) visit(item.get());
  } else if (const auto* is = std::get_if<dsl::Is>(&expr.node)) {
    visit(is->value.get());
  } else if (const auto* lookup = std::get_if<dsl::Lookup>(&expr.node)) {
    visit(lookup->key.get());
  } else if (const auto* call = std::get_if<dsl::Call>(&expr.node)) {
    for (const dsl::ExprPtr& argument : call->arguments) visit(argument.get());
  }
}

}  // namespace

void NaiveExpressions::collect_aggregates(const dsl::Expr* expr,
                                          std::vector<const dsl::Aggregate*>& out) const {
  if (expr == nullptr) return;
  if (const auto* aggregate = std::get_if<dsl::Aggregate>(&expr->node)) out.push_back(aggregate);
  const auto* name = std::get_if<dsl::Name>(&expr->node);
  if (name != nullptr && name->binding.kind == dsl::BindingKind::kLet) {
    collect_aggregates(policy_.lets[static_cast<size_t>(name->binding.index)].value.get(), out);
  }
  if (name != nullptr && name->binding.kind == dsl::BindingKind::kScore) {
    collect_aggregates(policy_.scores[static_cast<size_t>(name->binding.index)], false, out);
  }
  const auto* member = std::get_if<dsl::Member>(&expr->node);
  if (member != nullptr && member->binding.kind == dsl::BindingKind::kGrade) {
    collect_aggregates(policy_.scores[static_cast<size_t>(member->binding.index)], true, out);
  }
  for_each_child(*expr, [&](const dsl::Expr* child) { collect_aggregates(child, out); });
}

}  // namespace tocsin::testing
