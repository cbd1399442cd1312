// The record types that generated policies declare, and what their fields may hold.
//
// Values are few, so that they are often equal; some are at the edge of their type's range.
#pragma once

#include <string>
#include <vector>

#include "tests/support/choices.h"

namespace tocsin::testing {

enum class FieldKind {
  kInt,
  kDecimal,
  kFloat,
  kBool,
  kText,
  kOrdered,
  kPlain,
  kRegion,
  kIndustry,
  kDate,
  kTime,
  kLevel  // of a rule's warnings
};

struct SchemaField {
  std::string name;
  FieldKind kind;
  std::string type;                   // as declared
  std::vector<std::string> values;    // as in WrittenRecord
  std::vector<std::string> literals;  // as in a condition
  bool optional = true;
};

struct SchemaRecord {
  std::string name;
  std::vector<SchemaField> fields;
  bool has_deadline = false;
};

// The warnings of a rule that later rules read: fields of generated records have no values here.
SchemaField derived_field(const std::string& name, FieldKind kind);

struct ProfileName {
  std::string name;
  FieldKind kind;
};

struct Schema {
  std::string timezone;
  // The grid of a case: where its records lie and how long its windows are. They are chosen
  // together, so that records often lie exactly one span apart.
  std::string first_day;
  std::vector<int> days;  // since the first day
  std::vector<std::string> spans;
  bool has_workdays = false;  // a calendar that some spans leave, at either end
  bool has_tables = false;
  bool checks_subjects = false;  // `subject uscc`
  std::vector<SchemaRecord> records;
  std::vector<ProfileName> profile;
  std::vector<std::string> links;
  std::string text;  // the declarations

  bool has_field(size_t record, const std::string& field) const;
  // A field of its own, or of the profile.
  bool has_key(size_t record, const std::string& part) const;
  bool has_keys(size_t record, const std::vector<ProfileName>& parts) const;
};

Schema make_schema(Choices choices);

// What is written behind a field of this kind: "330106", mid, 2.5.
const std::vector<std::string>& literals_of(FieldKind kind);
inline bool is_number(FieldKind kind) { return kind <= FieldKind::kFloat; }
inline bool is_ordered(FieldKind kind) {
  return is_number(kind) || kind == FieldKind::kOrdered || kind == FieldKind::kDate ||
         kind == FieldKind::kTime || kind == FieldKind::kLevel;
}

}  // namespace tocsin::testing
