// The meaning of language.md, written as plainly as possible: the judge of the engine.
//
// Works on the checked syntax tree by loops over every rule (after those whose warnings it reads),
// key, change point and choice of records. It has no incremental state and shares nothing with the
// planner or the engine, only the arithmetic and the calendar of rules-dsl/value. Cost does not
// matter: inputs are a few dozen records.
#pragma once

#include <optional>
#include <vector>

#include "rules-dsl/syntax/ast.h"
#include "tests/support/naive_record.h"
#include "tests/support/net_warning.h"

namespace tocsin::testing {

// The net result of a checked policy on a set of records, sorted by (rule, key, raised, trigger).
//
// The clock stands at the greatest record time, or at `until` if that is later.
// Requires: no two records have the same (type, subject, id).
std::vector<NetWarning> evaluate_naively(const dsl::Policy& policy,
                                         const std::vector<NaiveRecord>& records,
                                         std::optional<int64_t> until = std::nullopt);

}  // namespace tocsin::testing
