#include "tests/support/naive_expression.h"

#include <cassert>
#include <charconv>
#include <cstdio>

namespace tocsin::testing {
namespace {

using dsl::BinaryOp;
using dsl::BindingKind;
using dsl::TypeKind;

// Literals and both sides of `??` take the type of the whole.
Value as_type(Value value, const dsl::Type& type) {
  const bool exact = value.kind() == ValueKind::kInt || value.kind() == ValueKind::kDecimal;
  if (type.kind == TypeKind::kDecimal && value.kind() == ValueKind::kInt) {
    return add(value, Value::of_decimal(0));
  }
  if (type.kind == TypeKind::kFloat && exact) return add(value, Value::of_float(0.0));
  return value;
}

Value comparison(BinaryOp op, Value left, Value right) {
  const Order order = compare(left, right);
  if (order == Order::kUnknown) return Value::missing();
  switch (op) {
    case BinaryOp::kEq:
      return Value::of_bool(order == Order::kEqual);
    case BinaryOp::kNe:
      return Value::of_bool(order != Order::kEqual);
    case BinaryOp::kLt:
      return Value::of_bool(order == Order::kLess);
    case BinaryOp::kLe:
      return Value::of_bool(order != Order::kGreater);
    case BinaryOp::kGt:
      return Value::of_bool(order == Order::kGreater);
    default:
      return Value::of_bool(order != Order::kLess);
  }
}

// GB 32100-2015: 31 divides the sum of the characters, each times 3 to the power of its place.
bool passes_check(std::string_view code) {
  static const std::string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  if (code.size() != 18) return false;
  int sum = 0;
  const int weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1};
  for (size_t i = 0; i < code.size(); ++i) {
    const size_t value = alphabet.find(code[i]);
    if (value == std::string::npos) return false;
    sum += static_cast<int>(value) * weights[i];
  }
  return sum % 31 == 0;
}

Value part_of(int part, Value code) {
  if (code.is_missing()) return code;
  const auto first = [&](size_t count) { return Value::of_text(code.text().substr(0, count)); };
  switch (static_cast<dsl::Part>(part)) {
    case dsl::Part::kProvince:
      return first(2);
    case dsl::Part::kCity:
      return first(4);
    case dsl::Part::kSection:
      return first(1);
    case dsl::Part::kDivision:
      return code.text().size() < 3 ? Value::missing() : first(3);
    case dsl::Part::kSuspect:
      return Value::of_bool(!passes_check(code.text()));
  }
  return Value::missing();
}

std::string decimal_text(int64_t scaled) {
  const bool negative = scaled < 0;
  const uint64_t size =
      negative ? 0 - static_cast<uint64_t>(scaled) : static_cast<uint64_t>(scaled);
  std::string text = (negative ? "-" : "") + std::to_string(size / kDecimalScale);
  std::string places = std::to_string(size % kDecimalScale + kDecimalScale).substr(1);
  while (!places.empty() && places.back() == '0') places.pop_back();
  return places.empty() ? text : text + "." + places;
}

}  // namespace

bool NaiveExpressions::is_true(const dsl::Expr* expr, const Moment& moment) const {
  return expr == nullptr || evaluate(*expr, moment).is_true();
}

Value NaiveExpressions::evaluate(const dsl::Expr& expr, const Moment& moment) const {
  if (const auto* node = std::get_if<dsl::Literal>(&expr.node)) return literal(*node, expr.type);
  if (const auto* node = std::get_if<dsl::Name>(&expr.node)) return name(node->binding, moment);
  if (const auto* node = std::get_if<dsl::Member>(&expr.node)) return member(*node, moment);
  if (const auto* node = std::get_if<dsl::Unary>(&expr.node)) {
    const Value operand = evaluate(*node->operand, moment);
    return node->op == dsl::UnaryOp::kNot ? logical_not(operand) : negate(operand);
  }
  if (const auto* node = std::get_if<dsl::Binary>(&expr.node)) {
    return binary(*node, expr.type, moment);
  }
  if (const auto* node = std::get_if<dsl::In>(&expr.node)) return contained(*node, moment);
  if (const auto* node = std::get_if<dsl::Is>(&expr.node)) {
    return Value::of_bool(evaluate(*node->value, moment).is_missing() == node->missing);
  }
  if (const auto* node = std::get_if<dsl::Call>(&expr.node)) return call(*node, moment);
  if (const auto* node = std::get_if<dsl::Lookup>(&expr.node)) return lookup(*node, moment);
  return aggregate(std::get<dsl::Aggregate>(expr.node), moment);
}

Value NaiveExpressions::literal(const dsl::Literal& literal, const dsl::Type& type) const {
  if (const auto* b = std::get_if<bool>(&literal.value)) return Value::of_bool(*b);
  if (const auto* i = std::get_if<int64_t>(&literal.value)) return as_type(Value::of_int(*i), type);
  if (const auto* decimal = std::get_if<dsl::DecimalLiteral>(&literal.value)) {
    return as_type(Value::of_decimal(decimal->scaled), type);
  }
  if (const auto* d = std::get_if<double>(&literal.value)) return Value::of_float(*d);
  const std::string& text = std::get<std::string>(literal.value);
  if (type.kind == TypeKind::kTime) return Value::of_time(calendar_.parse_time(text).value());
  if (type.kind == TypeKind::kDate) return Value::of_date(Calendar::parse_date(text).value());
  if (type.kind == TypeKind::kEnum) {
    const auto& values = type.values->values;
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i] == text) return Value::of_enum(static_cast<int64_t>(i));
    }
    assert(false && "the checker lets no unknown value pass");
  }
  return Value::of_text(text);
}

Value NaiveExpressions::name(const dsl::Binding& binding, const Moment& moment) const {
  switch (binding.kind) {
    case BindingKind::kKey:
      return moment.key.at(static_cast<size_t>(binding.index));
    case BindingKind::kLet:
      return evaluate(*policy_.lets[static_cast<size_t>(binding.index)].value, moment);
    case BindingKind::kScore:
      return score(policy_.scores[static_cast<size_t>(binding.index)], moment);
    case BindingKind::kGrade:
      return grade(policy_.scores[static_cast<size_t>(binding.index)], moment);
    case BindingKind::kEnumValue:
      return Value::of_enum(binding.index);
    case BindingKind::kProfile:
      return profile(binding.index, moment);
    case BindingKind::kField:
    case BindingKind::kBuiltin:
      break;
    default:
      assert(false && "an unbound name");
      return Value::missing();
  }
  const NaiveRecord* record = binding.scope == dsl::kAggregatedRecord
                                  ? moment.aggregated
                                  : moment.bound.at(static_cast<size_t>(binding.scope));
  assert(record != nullptr);
  if (binding.kind == BindingKind::kField) {
    return record->values.at(static_cast<size_t>(binding.index)).get();
  }
  switch (static_cast<dsl::Builtin>(binding.index)) {
    case dsl::Builtin::kId:
      return Value::of_text(record->id);
    case dsl::Builtin::kSubject:
      return record->subject.empty() ? Value() : Value::of_text(record->subject);
    case dsl::Builtin::kTime:
      return Value::of_time(record->time);
    case dsl::Builtin::kSubjectSuspect:
      if (record->subject.empty()) return Value::missing();
      return Value::of_bool(!passes_check(record->subject));
    case dsl::Builtin::kType:
      return Value::of_text(policy_.records[static_cast<size_t>(record->type)].name.text);
  }
  return Value::missing();
}

Value NaiveExpressions::member(const dsl::Member& member, const Moment& moment) const {
  if (member.binding.kind != BindingKind::kPart) return name(member.binding, moment);
  return part_of(member.binding.index, evaluate(*member.object, moment));
}

// The subject as of now: the latest known value among the records that the profile reads it from.
Value NaiveExpressions::profile(int field, const Moment& moment) const {
  Value latest;
  for (const NaiveRecord* record : *moment.records) {
    if (record->time > moment.time) continue;
    for (const auto& source : policy_.profile.fields[static_cast<size_t>(field)].sources) {
      if (source.record_type != record->type) continue;
      const Value value = record->values.at(static_cast<size_t>(source.field)).get();
      if (!value.is_missing()) latest = value;
    }
  }
  return latest;
}

Value NaiveExpressions::binary(const dsl::Binary& binary, const dsl::Type& type,
                               const Moment& moment) const {
  const Value left = evaluate(*binary.left, moment);
  const Value right = evaluate(*binary.right, moment);
  switch (binary.op) {
    case BinaryOp::kOr:
      return logical_or(left, right);
    case BinaryOp::kAnd:
      return logical_and(left, right);
    case BinaryOp::kAdd:
      return add(left, right);
    case BinaryOp::kSub:
      return subtract(left, right);
    case BinaryOp::kMul:
      return multiply(left, right);
    case BinaryOp::kDiv:
      return divide(left, right);
    case BinaryOp::kCoalesce: {
      const Value known = as_type(left, type);
      return known.is_missing() ? as_type(right, type) : known;
    }
    default:
      return comparison(binary.op, left, right);
  }
}

Value NaiveExpressions::contained(const dsl::In& in, const Moment& moment) const {
  const Value value = evaluate(*in.value, moment);
  Value found = Value::of_bool(false);
  for (const dsl::ExprPtr& item : in.items) {
    found = logical_or(found, comparison(BinaryOp::kEq, value, evaluate(*item, moment)));
  }
  return found;
}

// Row by row. A missing key is equal to none.
Value NaiveExpressions::lookup(const dsl::Lookup& lookup, const Moment& moment) const {
  const dsl::TableDecl& table = policy_.tables[static_cast<size_t>(lookup.table_index)];
  const Value key = evaluate(*lookup.key, moment);
  const auto cell = [&](const std::vector<std::string>& row, int column) {
    const std::string& text = row[static_cast<size_t>(column)];
    const dsl::Type& type = table.columns[static_cast<size_t>(column)].type;
    return text.empty() ? Value::missing() : read_value(type, calendar_, text);
  };
  for (const std::vector<std::string>& row : table.rows) {
    if (compare(key, cell(row, table.key_column)) != Order::kEqual) continue;
    return cell(row, lookup.column_index);
  }
  return Value::missing();
}

Value NaiveExpressions::keep(std::string text) const {
  return Value::of_text(texts_.emplace_back(std::move(text)));
}

std::string NaiveExpressions::text(Value value, const dsl::Type& type) const {
  switch (value.kind()) {
    case ValueKind::kMissing:
      return "–";
    case ValueKind::kBool:
      return value.is_true() ? "true" : "false";
    case ValueKind::kInt:
      return std::to_string(value.integer());
    case ValueKind::kDecimal:
      return decimal_text(value.integer());
    case ValueKind::kFloat: {
      char buffer[40];
      std::snprintf(buffer, sizeof buffer, "%.6g", value.floating() + 0.0);  // no "-0"
      return buffer;
    }
    case ValueKind::kText:
      return std::string(value.text());
    case ValueKind::kTime:
      return calendar_.format_short(value.integer());
    case ValueKind::kDate:
      return Calendar::format_date(value.integer());
    case ValueKind::kEnum:
      return type.values->values.at(static_cast<size_t>(value.integer()));
  }
  return {};
}

std::string NaiveExpressions::key_text(Value value, const dsl::Type& type) const {
  if (value.kind() == ValueKind::kTime) return calendar_.format_time(value.integer());
  if (value.kind() != ValueKind::kFloat) return text(value, type);
  char shortest[40];
  const auto end = std::to_chars(shortest, shortest + sizeof shortest, value.floating() + 0.0);
  return {shortest, end.ptr};
}

std::string NaiveExpressions::render(const dsl::Template& say, const Moment& moment) const {
  std::string message;
  for (const dsl::TemplatePart& part : say.parts) {
    message += part.expression ? text(evaluate(*part.expression, moment), part.expression->type)
                               : part.text;
  }
  return message;
}

}  // namespace tocsin::testing
