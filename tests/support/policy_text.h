// Policy text to a checked policy, with what was wrong as text.
#pragma once

#include <string>

#include "rules-dsl/syntax/ast.h"

namespace tocsin::testing {

struct CheckedPolicy {
  dsl::Policy policy;
  std::string mistakes;  // rendered errors; empty when the policy may be evaluated
};
CheckedPolicy check_policy_text(const std::string& text);

}  // namespace tocsin::testing
