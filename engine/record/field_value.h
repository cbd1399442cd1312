// One JSON value as a value of a declared type.
#pragma once

#include <string>
#include <string_view>

#include "engine/record/projection_index.h"
#include "rules-dsl/value/value.h"

namespace tocsin {

// A JSON scalar. A text has its escapes resolved; a number keeps its written form.
struct Scalar {
  enum class Kind : uint8_t { kNull, kBool, kNumber, kText, kNested } kind = Kind::kNull;
  bool boolean = false;
  std::string_view text;
  bool may_be_quoted = true;  // in messages
};

// Returns the reason for refusing it, or an empty text; `value` is missing for null, and for an
// empty text where the type is not text (so that CSV and JSON agree).
std::string read_field(const Scalar& scalar, const plan::FieldPlan& field,
                       const TextMap<int64_t>& enum_values, const Calendar& calendar, Value& value);

// Why a strict policy refuses the code.
std::string bad_uscc(std::string_view code);

// For messages: a value shortened to one line.
std::string shown(std::string_view text);
std::string shown(const Scalar& scalar);

}  // namespace tocsin
