// Names, types and meaning: fills every member of the tree marked "checker".
//
// Reports unknown names (with the nearest known one), types, levels, duplicate declarations, cycles
// of lets, keys a record lacks, windows that can never fill, conditions that can never be true (or
// always are), patterns without a bound, bad regular expressions, values that a test gives to no
// field, and what the language has but this version lacks (R0900). Nothing in an accepted policy
// can fail later.
#pragma once

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/syntax/diagnostic.h"

namespace tocsin::dsl {

// Requires: `policy` was parsed from `sources`. Nothing is said that a mistake of the parser's may
// have caused (Policy::damage). The policy may be planned and evaluated only if neither added an
// error.
void check(Policy& policy, const SourceSet& sources, Diagnostics& diagnostics);

}  // namespace tocsin::dsl
