// Ends and deadlines that rest on a record alone (language.md 5, 11).
#pragma once

#include <vector>

#include "engine/eval/evaluator.h"

namespace tocsin {

// A time, or the last microsecond of a date's day; Calendar::kNever when it is missing.
int64_t instant_of(Value value, const Calendar& calendar);
// The earliest end that is known at the beginning; Calendar::kNever when there is none.
int64_t fixed_end(const std::vector<TimeSpan>& spans, const std::vector<plan::NodeId>& times,
                  Bindings& bindings, Evaluator& evaluator);
// The record's deadline, which is not before the record; Calendar::kNever when there is none.
// Requires: life.has_due.
int64_t due_time(const plan::LifePlan& life, const Row& row, Evaluator& evaluator);

}  // namespace tocsin
