#include "rules-dsl/check/types.h"

#include <algorithm>

#include "rules-dsl/check/report.h"

namespace tocsin::dsl::checking {

bool is_number(const Type& type) {
  return type.kind == TypeKind::kInt || type.kind == TypeKind::kDecimal ||
         type.kind == TypeKind::kFloat;
}

bool is_text(const Type& type) {
  return type.kind == TypeKind::kText || type.kind == TypeKind::kUscc ||
         type.kind == TypeKind::kRegion || type.kind == TypeKind::kIndustry;
}

bool is_time_or_date(const Type& type) {
  return type.kind == TypeKind::kTime || type.kind == TypeKind::kDate;
}

bool is_ordered(const Type& type) {
  return is_number(type) || is_time_or_date(type) || (is_enum(type) && type.values->ordered);
}

bool is_same_enum(const Type& a, const Type& b) {
  if (!is_enum(a) || !is_enum(b)) return false;
  return a.values == b.values ||
         (a.values->ordered == b.values->ordered && a.values->values == b.values->values);
}

bool is_same(const Type& a, const Type& b) {
  return a.kind == b.kind && a.is_private == b.is_private && (!is_enum(a) || is_same_enum(a, b));
}

bool is_comparable(const Type& a, const Type& b) {
  return is_same(a, b) || (is_number(a) && is_number(b)) || (is_text(a) && is_text(b));
}

Type wider_number(const Type& a, const Type& b) {
  for (TypeKind kind : {TypeKind::kFloat, TypeKind::kDecimal}) {
    if (a.kind == kind || b.kind == kind) return Type{kind, nullptr};
  }
  return Type{TypeKind::kInt, nullptr};
}

int find_value(const Type& type, const std::string& value) {
  if (!is_enum(type)) return -1;
  const std::vector<std::string>& values = type.values->values;
  const auto found = std::find(values.begin(), values.end(), value);
  return found == values.end() ? -1 : static_cast<int>(found - values.begin());
}

std::string describe(const Type& type) {
  switch (type.kind) {
    case TypeKind::kError:
      return "an error";
    case TypeKind::kBool:
      return "true or false";
    case TypeKind::kInt:
      return "an int";
    case TypeKind::kDecimal:
      return "a decimal";
    case TypeKind::kFloat:
      return "a float";
    case TypeKind::kText:
      return type.is_private ? "private text" : "text";
    case TypeKind::kTime:
      return "a time";
    case TypeKind::kDate:
      return "a date";
    case TypeKind::kUscc:
      return "a credit code";
    case TypeKind::kRegion:
      return "a region code";
    case TypeKind::kIndustry:
      return "an industry code";
    case TypeKind::kEnum:
      return "one of " + join(type.values->values, type.values->ordered ? " < " : ", ");
  }
  return "an error";
}

}  // namespace tocsin::dsl::checking
