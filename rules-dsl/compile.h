// Text to program in one call: parse, check, plan.
#pragma once

#include <memory>

#include "rules-dsl/plan/plan.h"
#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/syntax/diagnostic.h"

namespace tocsin::dsl {

struct Compiled {
  Policy policy;
  Diagnostics diagnostics;
  std::shared_ptr<const plan::Program> program;  // null when there are errors
};

Compiled compile(const SourceSet& sources, plan::PlanOptions options = {});

}  // namespace tocsin::dsl
