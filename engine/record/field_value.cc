#include "engine/record/field_value.h"

#include <fmt/format.h>

#include <algorithm>

#include "rules-dsl/value/functions.h"
#include "rules-dsl/value/text.h"
#include "rules-dsl/value/uscc.h"

namespace tocsin {

namespace {

std::string read_bool(const Scalar& scalar, Value& value) {
  if (scalar.kind == Scalar::Kind::kBool) {
    value = Value::of_bool(scalar.boolean);
  } else if (scalar.text == "true" || scalar.text == "1") {
    value = Value::of_bool(true);
  } else if (scalar.text == "false" || scalar.text == "0") {
    value = Value::of_bool(false);
  } else {
    return fmt::format("{} is not a truth value; write true or false", shown(scalar));
  }
  return "";
}

std::string read_number(const Scalar& scalar, dsl::TypeKind kind, Value& value) {
  if (kind == dsl::TypeKind::kInt) {
    const auto number = parse_int(scalar.text);
    if (!number) return fmt::format("{} is not a whole number of 64 bits", shown(scalar));
    value = Value::of_int(*number);
  } else if (kind == dsl::TypeKind::kDecimal) {
    const auto number = parse_decimal(scalar.text);
    if (!number) {
      return fmt::format("{} is not a decimal number of at most 4 places within ±922337203685477",
                         shown(scalar));
    }
    value = Value::of_decimal(*number);
  } else {
    const auto number = parse_float(scalar.text);
    if (!number) return fmt::format("{} is not a finite number", shown(scalar));
    value = Value::of_float(*number);
  }
  return "";
}

std::string read_when(const Scalar& scalar, const plan::FieldPlan& field, const Calendar& calendar,
                      Value& value) {
  if (field.type.kind == dsl::TypeKind::kDate) {
    const auto day = field.format.empty() ? Calendar::parse_date(scalar.text)
                                          : Calendar::parse_date(scalar.text, field.format);
    if (day) value = Value::of_date(*day);
  } else {
    const auto time = field.format.empty() ? calendar.parse_time(scalar.text)
                                           : calendar.parse_time(scalar.text, field.format);
    if (time) value = Value::of_time(*time);
  }
  if (!value.is_missing()) return "";
  if (!field.format.empty()) {
    return fmt::format("{} does not fit the format \"{}\"", shown(scalar), field.format);
  }
  return fmt::format(
      "{} is not a {}; write it like {}", shown(scalar),
      field.type.kind == dsl::TypeKind::kDate ? "date" : "time",
      field.type.kind == dsl::TypeKind::kDate ? "2025-06-01" : "2025-06-01T08:30:00+08:00");
}

std::string read_enum(const Scalar& scalar, const plan::FieldPlan& field,
                      const TextMap<int64_t>& values, Value& value) {
  const auto found = values.find(scalar.text);
  if (found != values.end()) {
    value = Value::of_enum(found->second);
    return "";
  }
  std::string known;
  for (size_t i = 0; i < field.type.values->values.size(); ++i) {
    if (i == kNamesShownMax) {
      known += ", …";
      break;
    }
    known += (i == 0 ? "" : ", ") + field.type.values->values[i];
  }
  return fmt::format("{} is not one of: {}", shown(scalar), known);
}

std::string read_text(const Scalar& scalar, const plan::FieldPlan& field, Value& value) {
  const dsl::TypeKind kind = field.type.kind;
  if (scalar.text.size() > limits::kTextBytesMax) {
    return fmt::format("the text has {} bytes; at most {} are allowed", scalar.text.size(),
                       limits::kTextBytesMax);
  }
  if (kind == dsl::TypeKind::kRegion && !is_region(scalar.text)) {
    return fmt::format("{} is not a region code; write six digits (GB/T 2260)", shown(scalar));
  }
  if (kind == dsl::TypeKind::kIndustry && !is_industry(scalar.text)) {
    return fmt::format("{} is not an industry code; write it like C or C1351 (GB/T 4754)",
                       shown(scalar));
  }
  if (kind == dsl::TypeKind::kUscc && field.strict && !is_uscc(scalar.text)) {
    return bad_uscc(scalar.text);
  }
  value = Value::of_text(scalar.text);
  return "";
}

}  // namespace

std::string bad_uscc(std::string_view code) {
  return fmt::format(
      "{} is not a valid unified social credit code (GB 32100-2015): 18 digits or capital letters "
      "without I O S V Z, the last of which checks the others",
      shown(code));
}

std::string shown(std::string_view text) {
  const std::string_view cut = cut_utf8(text, 60);
  return fmt::format("\"{}{}\"", cut, cut.size() < text.size() ? "…" : "");
}

std::string shown(const Scalar& scalar) {
  return scalar.may_be_quoted ? shown(scalar.text) : "the value given";
}

std::string read_field(const Scalar& scalar, const plan::FieldPlan& field,
                       const TextMap<int64_t>& enum_values, const Calendar& calendar,
                       Value& value) {
  value = Value::missing();
  const dsl::TypeKind kind = field.type.kind;
  if (scalar.kind == Scalar::Kind::kNull) return "";
  if (scalar.kind == Scalar::Kind::kNested)
    return "a list or an object stands where a single value is expected";
  if (kind == dsl::TypeKind::kBool) {
    return scalar.text.empty() && scalar.kind == Scalar::Kind::kText ? ""
                                                                     : read_bool(scalar, value);
  }
  if (scalar.kind == Scalar::Kind::kBool)
    return "true or false stands where another kind of value is expected";
  if (kind == dsl::TypeKind::kText) return read_text(scalar, field, value);
  if (scalar.text.empty()) return "";
  switch (kind) {
    case dsl::TypeKind::kInt:
    case dsl::TypeKind::kDecimal:
    case dsl::TypeKind::kFloat:
      return read_number(scalar, kind, value);
    case dsl::TypeKind::kTime:
    case dsl::TypeKind::kDate:
      return read_when(scalar, field, calendar, value);
    case dsl::TypeKind::kEnum:
      return read_enum(scalar, field, enum_values, value);
    default:
      return read_text(scalar, field, value);
  }
}

}  // namespace tocsin
