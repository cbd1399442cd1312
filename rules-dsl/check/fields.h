// The fields of a record: those declared, and those that every record has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules-dsl/syntax/ast.h"

namespace tocsin::dsl {

// Index into RecordDecl::fields; -1 when the record lacks it.
inline int find_field(const RecordDecl& record, std::string_view name) {
  for (size_t i = 0; i < record.fields.size(); ++i) {
    if (record.fields[i].name.text == name) return static_cast<int>(i);
  }
  return -1;
}

inline std::optional<Builtin> find_builtin(std::string_view name) {
  if (name == "id") return Builtin::kId;
  if (name == "subject") return Builtin::kSubject;
  if (name == "time") return Builtin::kTime;
  if (name == "type") return Builtin::kType;
  return std::nullopt;
}

inline Type builtin_type(Builtin builtin) {
  return {builtin == Builtin::kTime ? TypeKind::kTime : TypeKind::kText, nullptr};
}

// The bound record whose time the expression is, as in Binding::scope; -1 when it is none.
inline int bound_time_of(const Expr& expr) {
  const Member* member = std::get_if<Member>(&expr.node);
  const bool is_time = member != nullptr && member->binding.kind == BindingKind::kBuiltin &&
                       static_cast<Builtin>(member->binding.index) == Builtin::kTime;
  return is_time ? member->binding.scope : -1;
}

// Declared fields first, then the four that every record has.
inline std::vector<std::string> field_names(const RecordDecl& record) {
  std::vector<std::string> names;
  for (const FieldDecl& field : record.fields) names.push_back(field.name.text);
  for (const char* builtin : {"id", "subject", "time", "type"}) names.emplace_back(builtin);
  return names;
}

}  // namespace tocsin::dsl
