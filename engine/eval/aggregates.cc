// Windows, second part: the value of an aggregate from its sum or its rows.
#include <algorithm>
#include <cmath>

#include "engine/eval/windows.h"

namespace tocsin {

namespace {

using dsl::AggregateKind;

// Additions in the rows' order, so that the result depends on the set alone.
Value float_sum(const std::vector<Value>& values) {
  double sum = 0;
  for (Value value : values) sum += as_double(value);
  return Value::of_float(sum);
}

Value float_average(const std::vector<Value>& values) {
  if (values.empty()) return Value::missing();
  return divide(float_sum(values), Value::of_float(static_cast<double>(values.size())));
}

// Of the population (language.md 11).
Value deviation(const std::vector<Value>& values) {
  const Value mean = float_average(values);
  if (mean.is_missing()) return mean;
  double squares = 0;
  for (Value value : values) {
    const double off = as_double(value) - mean.floating();
    squares += off * off;
  }
  return Value::of_float(std::sqrt(squares / static_cast<double>(values.size())));
}

// The first among equals.
Value extreme(const std::vector<Value>& values, Order wanted) {
  Value best = Value::missing();
  for (Value value : values) {
    if (best.is_missing() || compare(value, best) == wanted) best = value;
  }
  return best;
}

Value distinct(std::vector<Value> values) {
  const auto less = [](Value a, Value b) {
    if (a.kind() == ValueKind::kText) return a.text() < b.text();
    return compare(a, b) == Order::kLess;
  };
  std::sort(values.begin(), values.end(), less);
  const auto end = std::unique(values.begin(), values.end(),
                               [](Value a, Value b) { return compare(a, b) == Order::kEqual; });
  return Value::of_int(end - values.begin());
}

Value exact(const std::vector<Value>& values, AggregateKind kind, ValueKind value_kind) {
  ExactSum sum;
  for (Value value : values) sum.add(value);
  return kind == AggregateKind::kSum ? sum.sum(value_kind) : sum.average(value_kind);
}

}  // namespace

Value Windows::counted_value(const plan::AggregatePlan& plan, const ExactSum& sum) const {
  switch (plan.kind) {
    case AggregateKind::kCount:
      return Value::of_int(sum.count());
    case AggregateKind::kExists:
      return Value::of_bool(sum.count() > 0);
    case AggregateKind::kSum:
      return sum.sum(plan.value_kind);
    default:
      return sum.average(plan.value_kind);
  }
}

Value Windows::scanned_value(const plan::AggregatePlan& plan, Bindings& bindings,
                             std::vector<const Row*>& rows) {
  if (plan.kind == AggregateKind::kCount) return Value::of_int(static_cast<int64_t>(rows.size()));
  if (plan.kind == AggregateKind::kExists) return Value::of_bool(!rows.empty());
  std::vector<Value> values;
  const Row* outer = bindings.row;
  for (const Row* row : rows) {
    bindings.row = row;
    const Value value = evaluator_.eval(plan.value, bindings);
    if (!value.is_missing()) values.push_back(value);
  }
  bindings.row = outer;
  const bool floating = plan.value_kind == ValueKind::kFloat;
  switch (plan.kind) {
    case AggregateKind::kSum:
      return floating ? float_sum(values) : exact(values, plan.kind, plan.value_kind);
    case AggregateKind::kAvg:
      return floating ? float_average(values) : exact(values, plan.kind, plan.value_kind);
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
      return distinct(std::move(values));
  }
}

}  // namespace tocsin
