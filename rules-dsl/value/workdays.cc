#include "rules-dsl/value/workdays.h"

#include <algorithm>

#include "rules-dsl/limits.h"

namespace tocsin {

Workdays::Workdays(int64_t first_day, std::string_view days) : first_day_(first_day) {
  int64_t day = first_day;
  for (const char c : days) {
    working_.push_back(c == '1' ? 1 : 0);
    before_.push_back(static_cast<uint32_t>(working_days_.size()));
    if (c == '1') working_days_.push_back(day);
    ++day;
  }
  const size_t counts = std::min<size_t>(working_days_.size(), limits::kWorkdaysMax);
  for (size_t count = 1; count <= counts; ++count) {
    int64_t longest = working_days_[count - 1] - (first_day_ - 1);
    for (size_t i = 0; i + count < working_days_.size(); ++i) {
      longest = std::max(longest, working_days_[i + count] - working_days_[i]);
    }
    longest_.push_back(longest);
  }
}

std::optional<bool> Workdays::is_workday(int64_t day) const {
  if (empty() || day < first_day_ || day > last_day()) return std::nullopt;
  return working_[static_cast<size_t>(day - first_day_)] != 0;
}

std::optional<int64_t> Workdays::after(int64_t day, int32_t count) const {
  if (empty() || day < first_day_ - 1 || day >= last_day()) return std::nullopt;
  const size_t index =
      before_[static_cast<size_t>(day + 1 - first_day_)] + static_cast<size_t>(count) - 1;
  if (index >= working_days_.size()) return std::nullopt;
  return working_days_[index];
}

int64_t Workdays::longest(int32_t count) const {
  const auto index = static_cast<size_t>(count) - 1;
  return index < longest_.size() ? longest_[index] : 0;
}

}  // namespace tocsin
