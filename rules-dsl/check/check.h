// Names, types and meaning: fills every member of the tree marked "checker".
//
// Reports unknown names (with the nearest known one), types, levels, duplicate declarations, cycles
// of lets, keys a record lacks, windows that can never fill, conditions that can never be true (or
// always are), patterns without a bound, bad regular expressions, and values that a test gives to
// no field. Nothing in an accepted policy can fail later.
#pragma once

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/syntax/diagnostic.h"
#include "rules-dsl/value/workdays.h"

namespace tocsin::dsl {

// Requires: `policy` was parsed from `sources`. Nothing is said that a mistake of the parser's may
// have caused (Policy::damage). The policy may be planned and evaluated only if neither added an
// error.
void check(Policy& policy, const SourceSet& sources, Diagnostics& diagnostics);

// The calendar of working days of a checked policy; empty when it has none.
Workdays workdays_of(const Policy& policy);

}  // namespace tocsin::dsl
