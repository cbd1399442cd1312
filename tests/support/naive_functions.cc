// The functions of language.md 4, for the naive evaluator. Missing in, missing out.
#include <re2/re2.h>

#include <algorithm>
#include <cassert>

#include "tests/support/naive_expression.h"

namespace tocsin::testing {

using dsl::Function;

Value NaiveExpressions::call(const dsl::Call& call, const Moment& moment) const {
  std::vector<Value> arguments;
  for (const dsl::ExprPtr& argument : call.arguments) {
    arguments.push_back(evaluate(*argument, moment));
    if (arguments.back().is_missing()) return Value::missing();
  }
  switch (call.function) {
    case Function::kAbs:
      return absolute(arguments.at(0));
    case Function::kRound:
      return round_number(arguments.at(0));
    case Function::kFloor:
      return floor_number(arguments.at(0));
    case Function::kDaysBetween:
      return Value::of_int(local_day(arguments.at(1)) - local_day(arguments.at(0)));
    case Function::kIsWorkday: {
      const std::optional<bool> working = spans_.is_workday(local_day(arguments.at(0)));
      return working ? Value::of_bool(*working) : Value::missing();
    }
    case Function::kYear:
    case Function::kMonth:
    case Function::kDay:
    case Function::kWeekday:
    case Function::kHour:
      return time_call(call.function, arguments.at(0));
    default:
      return text_call(call.function, arguments);
  }
}

Value NaiveExpressions::text_call(Function function, const std::vector<Value>& arguments) const {
  const std::string_view text = arguments.at(0).text();
  if (function == Function::kLower) {
    std::string lower(text);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return keep(std::move(lower));
  }
  if (function == Function::kLength) {
    const auto begins_code_point = [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; };
    return Value::of_int(std::count_if(text.begin(), text.end(), begins_code_point));
  }
  const std::string_view other = arguments.at(1).text();
  switch (function) {
    case Function::kContains:
      return Value::of_bool(text.find(other) != std::string_view::npos);
    case Function::kStartsWith:
      return Value::of_bool(text.starts_with(other));
    case Function::kEndsWith:
      return Value::of_bool(text.ends_with(other));
    case Function::kMatches:
      return Value::of_bool(RE2::PartialMatch(re2::StringPiece(text.data(), text.size()),
                                              re2::StringPiece(other.data(), other.size())));
    default:
      assert(false && "not a function of texts");
      return Value::missing();
  }
}

Value NaiveExpressions::time_call(Function function, Value argument) const {
  const Calendar::Civil civil = argument.kind() == ValueKind::kDate
                                    ? Calendar::civil_of_day(argument.integer())
                                    : calendar_.civil(argument.integer());
  switch (function) {
    case Function::kYear:
      return Value::of_int(civil.year);
    case Function::kMonth:
      return Value::of_int(civil.month);
    case Function::kDay:
      return Value::of_int(civil.day);
    case Function::kWeekday:
      return Value::of_int(civil.weekday);
    default:
      return Value::of_int(civil.hour);
  }
}

int64_t NaiveExpressions::local_day(Value value) const {
  return value.kind() == ValueKind::kDate ? value.integer() : calendar_.day_of(value.integer());
}

}  // namespace tocsin::testing
