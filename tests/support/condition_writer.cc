// Conditions of generated policies.
#include "tests/support/expression_writer.h"

namespace tocsin::testing {
namespace {

const std::vector<FieldKind> kKinds = {
    FieldKind::kText,  FieldKind::kOrdered, FieldKind::kInt,      FieldKind::kRegion,
    FieldKind::kPlain, FieldKind::kDate,    FieldKind::kBool,     FieldKind::kDecimal,
    FieldKind::kTime,  FieldKind::kFloat,   FieldKind::kIndustry, FieldKind::kLevel,
};

const std::vector<std::string> kComparisons = {" >= ", " == ", " != ", " < ", " > ", " <= "};

}  // namespace

std::string ExpressionWriter::condition(const WriterScope& scope, int depth) {
  const size_t simple = 8;
  switch (choices_.among(depth > 0 ? simple + 3 : simple)) {
    case 0:
      return counted_comparison(scope, depth);
    case 1:
      return kind_comparison(scope);
    case 2:
      return number_comparison(scope, depth);
    case 3:
      return scope.aggregates ? count(scope, "exists", depth) : kind_comparison(scope);
    case 4:
      return membership(scope);
    case 5:
      return presence(scope);
    case 6:
      return text_test(scope);
    case 7:
      return atom(scope, FieldKind::kBool).value_or(kind_comparison(scope));
    case 8:
      return "not (" + condition(scope, depth - 1) + ")";
    case 9:
      return "(" + condition(scope, depth - 1) + " and " + condition(scope, depth - 1) + ")";
    default:
      return "(" + condition(scope, depth - 1) + " or " + condition(scope, depth - 1) + ")";
  }
}

std::optional<std::string> ExpressionWriter::join(const WriterScope& scope) {
  const size_t others = scope.bound.size() - (scope.aggregated || scope.bound.empty() ? 0 : 1);
  if (others == 0) return std::nullopt;
  const WriterScope::Bound& other = scope.bound[choices_.among(others)];
  const size_t record = scope.aggregated ? *scope.aggregated : scope.bound.back().record;
  const std::string prefix = scope.aggregated ? "" : scope.bound.back().alias + ".";
  const std::string field = choices_.of<std::string>({"n", "note", "grade", "subject", "place"});
  if (field != "subject" && !schema_.has_field(record, field)) return std::nullopt;
  return prefix + field + choices_.of<std::string>({" == ", " == ", " != "}) + other.alias + "." +
         field;
}

std::string ExpressionWriter::counted_comparison(const WriterScope& scope, int depth) {
  if (!scope.aggregates) return number_comparison(scope, depth);
  return count(scope, "count", depth) + choices_.of<std::string>({" >= ", " == ", " > ", " != "}) +
         std::to_string(1 + choices_.among(3));
}

std::string ExpressionWriter::number_comparison(const WriterScope& scope, int depth) {
  const std::string left = number(scope, depth);
  const std::string op = choices_.of(kComparisons);
  return left + op +
         (choices_.one_in(3) ? number(scope, depth - 1)
                             : choices_.of(literals_of(FieldKind::kInt)));
}

// A value of some kind with another of that kind: often the same field of another bound record.
std::string ExpressionWriter::kind_comparison(const WriterScope& scope) {
  const FieldKind kind = choices_.of(kKinds);
  const auto left = atom(scope, kind);
  if (!left) return number_comparison(scope, 0);
  const std::string op =
      is_ordered(kind) ? choices_.of(kComparisons) : choices_.of<std::string>({" == ", " != "});
  if (choices_.one_in(2)) {
    const auto right = atom(scope, kind);
    if (right && *right != *left) return *left + op + *right;
  }
  return *left + op + choices_.of(literals_of(kind));
}

std::string ExpressionWriter::membership(const WriterScope& scope) {
  const FieldKind kind = choices_.of(kKinds);
  const auto value = atom(scope, kind);
  if (!value) return number_comparison(scope, 0);
  if (kind == FieldKind::kRegion && choices_.one_in(2)) {
    return *value +
           choices_.of<std::string>({".province in {\"33\", \"32\"}", ".city == \"3301\""});
  }
  if (kind == FieldKind::kIndustry && choices_.one_in(2)) {
    return *value + choices_.of<std::string>({".section == \"C\"", ".division in {\"C13\"}"});
  }
  const auto& literals = literals_of(kind);
  return *value + " in {" + literals[0] + ", " + literals[1] + "}";
}

std::string ExpressionWriter::presence(const WriterScope& scope) {
  const auto value = atom(scope, choices_.of(kKinds));
  const std::string operand =
      value ? *value : "(" + number(scope, 0) + " / " + number(scope, 0) + ")";
  return operand + (choices_.one_in(2) ? " is missing" : " is known");
}

std::string ExpressionWriter::text(const WriterScope& scope) {
  const std::string value = atom(scope, FieldKind::kText).value_or("\"xY\"");
  switch (choices_.among(4)) {
    case 1:
      return "lower(" + value + ")";
    case 2:
      return "(" + value + " ?? \"x\")";
    case 3: {
      const auto place = atom(scope, FieldKind::kRegion);
      return place ? *place + ".province" : value;
    }
    default:
      return value;
  }
}

std::string ExpressionWriter::text_test(const WriterScope& scope) {
  if (schema_.has_workdays && choices_.one_in(3)) {
    const auto when = atom(scope, choices_.one_in(2) ? FieldKind::kDate : FieldKind::kTime);
    if (when) return "is_workday(" + *when + ")";
  }
  const std::string value = text(scope);
  switch (choices_.among(5)) {
    case 0:
      return "contains(" + value + ", " + choices_.of<std::string>({"\"x\"", "\"爆\"", "\"3\""}) +
             ")";
    case 1:
      return "matches(" + value + ", " +
             choices_.of<std::string>({"\"^x\"", "\"[xy]+$\"", "\"爆.\""}) + ")";
    case 2:
      return "starts_with(" + value + ", \"x\")";
    case 3:
      return "ends_with(" + value + ", \"y\")";
    default:
      return "length(" + value + ") >= 2";
  }
}

}  // namespace tocsin::testing
