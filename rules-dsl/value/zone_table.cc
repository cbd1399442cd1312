#include "rules-dsl/value/zone_table.h"

#include <algorithm>

#include "rules-dsl/value/civil.h"

namespace tocsin {
namespace {

using civil::kMicrosPerDay;
using civil::kMicrosPerHour;

// The calendar, weekdays included, repeats every 400 years, and so do the rules in force after the
// last listed transition: later times are looked up in the table's last 400 years.
constexpr int64_t kCycle = 146'097 * kMicrosPerDay;
constexpr int64_t kCycleEnd = civil::days_from({2601, 1, 1}) * kMicrosPerDay;

// More than any offset (at most 16 h, in the days of local mean time) and any jump (at most 24 h).
constexpr int64_t kReach = 36 * kMicrosPerHour;

constexpr int64_t cycle_shift(int64_t time) {
  return time < kCycleEnd ? 0 : ((time - kCycleEnd) / kCycle + 1) * kCycle;
}

}  // namespace

size_t ZoneTable::index_at(int64_t time) const {
  if (time >= segments_.back().begin) return segments_.size() - 1;
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), time,
                                      [](int64_t t, const Segment& s) { return t < s.begin; });
  return static_cast<size_t>(after - segments_.begin()) - 1;
}

int64_t ZoneTable::end_of(size_t index) const {
  return index + 1 < segments_.size() ? segments_[index + 1].begin : INT64_MAX;
}

int64_t ZoneTable::offset_at(int64_t time) const {
  return segments_[index_at(time - cycle_shift(time))].offset;
}

// The first segment that ends after `local` on its own clock either holds it or begins after the
// gap.
int64_t ZoneTable::first_reading(int64_t local, Gap gap) const {
  const int64_t shift = cycle_shift(local);
  local -= shift;
  size_t i = index_at(local - kReach);
  while (local - segments_[i].offset >= end_of(i)) ++i;
  const int64_t time = local - segments_[i].offset;
  if (time >= segments_[i].begin) return time + shift;
  const int64_t outside =
      gap == Gap::kItsEnd ? segments_[i].begin : local - segments_[i - 1].offset;
  return outside + shift;
}

int64_t ZoneTable::last_before(int64_t local) const {
  const int64_t shift = cycle_shift(local);
  local -= shift;
  size_t last = index_at(local - kReach);
  for (size_t i = last + 1; i < segments_.size() && segments_[i].begin <= local + kReach; ++i) {
    if (segments_[i].begin + segments_[i].offset < local) last = i;
  }
  return std::min(end_of(last), local - segments_[last].offset) - 1 + shift;
}

}  // namespace tocsin
