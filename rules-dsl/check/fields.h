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
  if (name == "subject_suspect") return Builtin::kSubjectSuspect;
  return std::nullopt;
}

inline Type builtin_type(Builtin builtin) {
  if (builtin == Builtin::kSubjectSuspect) return {TypeKind::kBool, nullptr};
  return {builtin == Builtin::kTime ? TypeKind::kTime : TypeKind::kText, nullptr};
}

// The field that is the record's deadline, as in RecordDecl::fields; -1 when there is none.
inline int deadline_field(const RecordDecl& record) {
  const int field = find_field(record, "due");
  if (field < 0) return -1;
  const TypeKind kind = record.fields[field].type.kind;
  return kind == TypeKind::kDate || kind == TypeKind::kTime ? field : -1;
}

// In a type that says when records of another have ended: when these began. No other field can be
// named so.
inline constexpr const char* kBeganField = "#began";

// The fields of the type that says when records of the given fields have ended.
inline std::vector<FieldDecl> fields_of_end(std::vector<FieldDecl> fields) {
  const Span span{};
  fields.push_back(
      {.name = {kBeganField, span}, .type = {TypeKind::kTime, nullptr}, .from = {}, .format = {}});
  return fields;
}

// Whether other records end the lifetime.
inline bool ends_by_record(const RecordDecl& record) {
  for (const Until& until : record.untils) {
    if (until.record) return true;
  }
  return false;
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
