#include "tests/support/policy_text.h"

#include "rules-dsl/check/check.h"
#include "rules-dsl/syntax/parser.h"

namespace tocsin::testing {

CheckedPolicy check_policy_text(const std::string& text) {
  dsl::SourceSet sources;
  sources.add("policy.rules", text);
  dsl::Diagnostics diagnostics;
  CheckedPolicy result;
  result.policy = dsl::parse(sources, diagnostics);
  if (!diagnostics.has_errors()) dsl::check(result.policy, sources, diagnostics);
  if (!diagnostics.has_errors()) return result;
  for (const dsl::Diagnostic& diagnostic : diagnostics.sorted()) {
    if (diagnostic.severity == dsl::Severity::kError) {
      result.mistakes += dsl::render_text(diagnostic, sources);
    }
  }
  return result;
}

}  // namespace tocsin::testing
