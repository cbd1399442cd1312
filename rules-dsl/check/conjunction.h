// Conditions joined by `and` that exclude each other.
#pragma once

#include "rules-dsl/check/scope.h"

namespace tocsin::dsl::checking {

// Reports each comparison of one value with a constant that contradicts the ones before it in the
// chain of `and`s at `root`: amount > 1000 and amount < 500.
void report_contradictions(const Expr& root, const Context& context);

}  // namespace tocsin::dsl::checking
