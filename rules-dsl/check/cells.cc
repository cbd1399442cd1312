#include "rules-dsl/check/cells.h"

#include <optional>

#include "rules-dsl/check/types.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/value/functions.h"
#include "rules-dsl/value/text.h"

namespace tocsin::dsl {
namespace {

Value read_bool(const std::string& cell) {
  if (cell == "true" || cell == "1") return Value::of_bool(true);
  if (cell == "false" || cell == "0") return Value::of_bool(false);
  return Value::missing();
}

Value read_number(const std::string& cell, TypeKind kind) {
  if (kind == TypeKind::kInt) {
    const auto number = parse_int(cell);
    return number ? Value::of_int(*number) : Value::missing();
  }
  if (kind == TypeKind::kDecimal) {
    const auto number = parse_decimal(cell);
    return number ? Value::of_decimal(*number) : Value::missing();
  }
  const auto number = parse_float(cell);
  return number ? Value::of_float(*number) : Value::missing();
}

Value read_instant(const std::string& cell, const FieldDecl& column, const Calendar& calendar) {
  const std::string& format = column.format;
  if (column.type.kind == TypeKind::kDate) {
    const auto day =
        format.empty() ? Calendar::parse_date(cell) : Calendar::parse_date(cell, format);
    return day ? Value::of_date(*day) : Value::missing();
  }
  const auto time = format.empty() ? calendar.parse_time(cell) : calendar.parse_time(cell, format);
  return time ? Value::of_time(*time) : Value::missing();
}

Value read_text(const std::string& cell, TypeKind kind) {
  const bool fits = cell.size() <= limits::kTextBytesMax &&
                    (kind != TypeKind::kRegion || is_region(cell)) &&
                    (kind != TypeKind::kIndustry || is_industry(cell));
  return fits ? Value::of_text(cell) : Value::missing();
}

Value read(const std::string& cell, const FieldDecl& column, const Calendar& calendar) {
  switch (column.type.kind) {
    case TypeKind::kBool:
      return read_bool(cell);
    case TypeKind::kInt:
    case TypeKind::kDecimal:
    case TypeKind::kFloat:
      return read_number(cell, column.type.kind);
    case TypeKind::kTime:
    case TypeKind::kDate:
      return read_instant(cell, column, calendar);
    case TypeKind::kEnum: {
      const int index = checking::find_value(column.type, cell);
      return index < 0 ? Value::missing() : Value::of_enum(index);
    }
    default:
      return read_text(cell, column.type.kind);
  }
}

}  // namespace

std::string read_cell(const std::string& cell, const FieldDecl& column, const Calendar& calendar,
                      Value& value) {
  value = Value::missing();
  if (cell.empty()) return "";
  value = read(cell, column, calendar);
  if (!value.is_missing()) return "";
  if (cell.size() > limits::kTextBytesMax) return "a text of at most 64 KiB";
  return checking::describe(column.type);
}

}  // namespace tocsin::dsl
