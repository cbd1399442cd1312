#include "rules-dsl/compile.h"

#include "rules-dsl/check/check.h"
#include "rules-dsl/syntax/parser.h"

namespace tocsin::dsl {

Compiled compile(const SourceSet& sources, plan::PlanOptions options) {
  Compiled compiled;
  compiled.policy = parse(sources, compiled.diagnostics);
  check(compiled.policy, sources, compiled.diagnostics);
  if (!compiled.diagnostics.has_errors()) compiled.program = plan::plan(compiled.policy, options);
  return compiled;
}

}  // namespace tocsin::dsl
