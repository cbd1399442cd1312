// Conditions joined by `and` that exclude each other.
#pragma once

#include "rules-dsl/check/scope.h"

namespace tocsin::dsl::checking {

// Reports each condition that contradicts the ones before it in the chain of `and`s at `root`:
// amount > 1000 and amount < 500; amount is missing and amount > 5. Of an `or`, every alternative
// must contradict them. Only what excludes that the whole is *true* counts: unknown is enough.
//
// Values are compared by their text, which within one condition means one thing.
void report_contradictions(const Expr& root, const Scope& scope, const Context& context);

}  // namespace tocsin::dsl::checking
