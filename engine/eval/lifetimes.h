// Ends and deadlines that rest on a record alone (language.md 5, 11).
#pragma once

#include "engine/eval/evaluator.h"

namespace tocsin {

// A time, or the last microsecond of a date's day; Calendar::kNever when it is missing.
int64_t instant_of(Value value, const Calendar& calendar);
// The record's deadline, which is not before the record; Calendar::kNever when there is none.
// Requires: life.has_due.
int64_t due_time(const plan::LifePlan& life, const Row& row, Evaluator& evaluator);

}  // namespace tocsin
