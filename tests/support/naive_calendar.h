// Spans of time as the naive evaluator adds them; working days are counted one by one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"

namespace tocsin::testing {

class NaiveCalendar {
 public:
  explicit NaiveCalendar(const dsl::Policy& policy);

  const Calendar& civil() const { return *civil_; }
  // time + span. Nothing: missing, as a day on the way is not in the calendar of working days.
  // Calendar::kNever: after the supported years.
  std::optional<int64_t> plus(int64_t time, const dsl::Duration& span) const;
  // Nothing: the calendar of working days does not hold the day.
  std::optional<bool> is_workday(int64_t day) const;

 private:
  std::shared_ptr<const Calendar> civil_;
  const dsl::Policy& policy_;
};

}  // namespace tocsin::testing
