// Runs one `test` block of a policy.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/result.h"
#include "rules-dsl/plan/program.h"
#include "rules-dsl/syntax/ast.h"

namespace tocsin {

struct TestFailure {
  dsl::Span span;    // the expectation, or the record that was rejected
  std::string text;  // may have several lines
};

// The test's records go into an engine of their own, in memory. `clock` moves its time; a test
// without one lets time run until nothing more can change, at most 10 years beyond the last record.
// No failure: the test passes.
//
// Requires: `program` was planned with canonical_names from `policy`, which holds `test`. Of a rule
// that gave no warning at all it is told why (silence.h).
Result<std::vector<TestFailure>> run_policy_test(std::shared_ptr<const plan::Program> program,
                                                 const dsl::Policy& policy,
                                                 const dsl::TestDecl& test);

}  // namespace tocsin
