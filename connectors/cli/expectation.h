// Does a test's net result keep what the test expects, and if not, how near did it come?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/cli/net_warning.h"
#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"

namespace tocsin {

// None when `warnings` (all of a test's) fulfil the expectation; else what is wrong, in a line or
// more: what was expected, what came, and the nearest miss.
std::optional<std::string> unmet(const dsl::Expectation& expectation,
                                 const std::vector<NetWarning>& warnings, const Calendar& calendar);

// As written: expect no RULE for "A" at 2025-06-01 level red until 2026-01-10 open 2 times.
std::string expectation_text(const dsl::Expectation& expectation);

}  // namespace tocsin
