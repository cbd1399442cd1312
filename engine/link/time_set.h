// Sets of moments as sorted, disjoint, not touching half-open intervals.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

namespace tocsin {

struct Interval {  // [from, to)
  int64_t from = INT64_MIN;
  int64_t to = INT64_MAX;

  bool empty() const { return from >= to; }
  friend auto operator<=>(const Interval&, const Interval&) = default;
};

inline Interval common(const Interval& a, const Interval& b) {
  return {std::max(a.from, b.from), std::min(a.to, b.to)};
}

class TimeSet {
 public:
  TimeSet() = default;
  explicit TimeSet(std::vector<Interval> intervals);  // in any order, may overlap

  static TimeSet always() { return TimeSet({Interval{}}); }

  bool empty() const { return intervals_.empty(); }
  const std::vector<Interval>& intervals() const { return intervals_; }
  void add(const TimeSet& other);
  TimeSet without(const TimeSet& other) const;
  TimeSet within(const TimeSet& other) const;
  friend bool operator==(const TimeSet&, const TimeSet&) = default;

 private:
  std::vector<Interval> intervals_;
};

// When more than `most` of the intervals hold at once.
TimeSet more_than(size_t most, const std::vector<Interval>& intervals);

}  // namespace tocsin
