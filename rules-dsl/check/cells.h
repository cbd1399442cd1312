// One cell of a table as a value of its column's type.
#pragma once

#include <string>

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/value.h"

namespace tocsin::dsl {

// `value` is missing for an empty cell, and for one that does not fit, of which the returned text
// says what would: "a whole number". A text points into `cell`.
std::string read_cell(const std::string& cell, const FieldDecl& column, const Calendar& calendar,
                      Value& value);

}  // namespace tocsin::dsl
