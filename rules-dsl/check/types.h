// What the kinds of values can do, and how they are called in messages.
#pragma once

#include <string>

#include "rules-dsl/syntax/ast.h"

namespace tocsin::dsl::checking {

inline bool is_error(const Type& type) { return type.kind == TypeKind::kError; }
inline bool is_bool(const Type& type) { return type.kind == TypeKind::kBool; }
inline bool is_enum(const Type& type) { return type.kind == TypeKind::kEnum; }
bool is_number(const Type& type);
// text, and the codes that are texts at run time.
bool is_text(const Type& type);
bool is_time_or_date(const Type& type);
// Has `<`, `min` and `max`.
bool is_ordered(const Type& type);

// The same values in the same order.
bool is_same_enum(const Type& a, const Type& b);
bool is_same(const Type& a, const Type& b);
// Can be compared by ==: equal kinds; numbers mix, and so do texts and codes.
bool is_comparable(const Type& a, const Type& b);

// The kind of the sum of two numbers: float before decimal before int.
Type wider_number(const Type& a, const Type& b);

// -1 when the enum has no such value.
int find_value(const Type& type, const std::string& value);

// "an int", "text", "one of minor < serious < grave".
std::string describe(const Type& type);

}  // namespace tocsin::dsl::checking
