#include "rules-dsl/syntax/ast.h"

#include <cassert>

namespace tocsin::dsl {
namespace {

constexpr int64_t kMicrosPerMs = 1'000;
constexpr int64_t kMicrosPerSecond = 1'000 * kMicrosPerMs;
constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;
constexpr int32_t kMonthsPerYear = 12;

int64_t unit_micros(DurationUnit unit) {
  switch (unit) {
    case DurationUnit::kMs:
      return kMicrosPerMs;
    case DurationUnit::kSecond:
      return kMicrosPerSecond;
    case DurationUnit::kMinute:
      return kMicrosPerMinute;
    case DurationUnit::kHour:
      return kMicrosPerHour;
    case DurationUnit::kDay:
      return kMicrosPerDay;
    case DurationUnit::kWeek:
      return 7 * kMicrosPerDay;
    case DurationUnit::kMonth:
    case DurationUnit::kYear:
    case DurationUnit::kWorkday:
      break;
  }
  assert(false && "a calendar span has no fixed length");
  return 0;
}

}  // namespace

int64_t Duration::micros() const { return count * unit_micros(unit); }

int32_t Duration::months() const {
  assert(is_calendar());
  const auto n = static_cast<int32_t>(count);
  return unit == DurationUnit::kYear ? n * kMonthsPerYear : n;
}

}  // namespace tocsin::dsl
