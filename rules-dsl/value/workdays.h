// Which days are working days, by the policy's calendar: a run of days without a gap.
//
// Days are counted from 1970-01-01. Whatever would need a day that the calendar does not hold has
// no answer. Immutable after construction, and safe to share between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tocsin {

class Workdays {
 public:
  Workdays() = default;
  // One character a day from `first_day` on; '1' is a working day.
  Workdays(int64_t first_day, std::string_view days);

  bool empty() const { return working_.empty(); }
  // Requires: not empty.
  int64_t first_day() const { return first_day_; }
  int64_t last_day() const { return first_day_ + static_cast<int64_t>(working_.size()) - 1; }
  size_t count() const { return working_days_.size(); }  // of working days

  std::optional<bool> is_workday(int64_t day) const;
  // The `count`-th working day after `day`; nothing when a day on the way is not in the calendar.
  // Requires: count > 0.
  std::optional<int64_t> after(int64_t day, int32_t count) const;
  // The greatest after(day, count) - day of all days; 0 when there is none.
  int64_t longest(int32_t count) const;

 private:
  int64_t first_day_ = 0;
  std::vector<uint8_t> working_;       // by day
  std::vector<uint32_t> before_;       // by day: working days before it
  std::vector<int64_t> working_days_;  // ascending
  std::vector<int64_t> longest_;       // by count - 1
};

}  // namespace tocsin
