// Records as the naive evaluator and the generators see them: plain, with owned texts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/value.h"

namespace tocsin::testing {

// A value that owns its text. `value` says the kind; the bytes of a text are in `text`.
struct NaiveValue {
  Value value;
  std::string text;

  static NaiveValue of(Value value) {
    const bool is_text = value.kind() == ValueKind::kText;
    return {value, is_text ? std::string(value.text()) : std::string()};
  }
  // Valid as long as this object stays where it is.
  Value get() const { return value.kind() == ValueKind::kText ? Value::of_text(text) : value; }
};

struct NaiveRecord {
  int type = 0;  // index into Policy::records
  std::string id;
  std::string subject;
  int64_t time = 0;
  std::vector<NaiveValue> values;  // one for each declared field
  int64_t end = Calendar::kNever;  // of a warning: when it was cleared
};

// The order of language.md 12: (time, type name, id), then subject.
bool earlier(const dsl::Policy& policy, const NaiveRecord& a, const NaiveRecord& b);

// A record as somebody would write it: field values as text, read by the field's type.
struct WrittenRecord {
  std::string time;
  std::string type;
  std::string subject;
  std::string id;
  std::vector<std::pair<std::string, std::string>> fields;  // left out: missing
};
Value read_value(const dsl::Type& type, const Calendar& calendar, const std::string& text);
NaiveRecord read_record(const dsl::Policy& policy, const Calendar& calendar,
                        const WrittenRecord& written);

// One line of NDJSON, as a feeder would send it, without the line end. Requires: the id comes from
// one field and times are not in a format of their own.
std::string to_json_line(const dsl::Policy& policy, const Calendar& calendar,
                         const NaiveRecord& record);

}  // namespace tocsin::testing
