// Checked tree to program: projection, domains, sharing of equal expressions and aggregates, and
// who must be looked at again when what changes.
#pragma once

#include <memory>

#include "rules-dsl/plan/program.h"
#include "rules-dsl/syntax/ast.h"

namespace tocsin::plan {

struct PlanOptions {
  // Read every record under its fields' own names and plain id, subject, time (tests beside rules).
  bool canonical_names = false;
};

// Requires: check() found no error.
std::shared_ptr<const Program> plan(const dsl::Policy& policy, PlanOptions options = {});

}  // namespace tocsin::plan
