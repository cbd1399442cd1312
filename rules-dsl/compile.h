// Text to program in one call: parse, check, plan.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rules-dsl/plan/plan.h"
#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/syntax/diagnostic.h"

namespace tocsin::dsl {

struct Compiled {
  Policy policy;
  Diagnostics diagnostics;
  std::shared_ptr<const plan::Program> program;  // null when there are errors
};

// The files of data that the policy names (`workdays "workdays.csv"`, tables), each once, in the
// order of their names. Who calls compile() reads them and hands them in: SourceSet::attach().
std::vector<std::string> attached_files(const SourceSet& sources);

Compiled compile(const SourceSet& sources, plan::PlanOptions options = {});

}  // namespace tocsin::dsl
