#include "engine/link/time_set.h"

#include <utility>

namespace tocsin {

TimeSet::TimeSet(std::vector<Interval> intervals) {
  std::erase_if(intervals, [](const Interval& one) { return one.empty(); });
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) { return a.from < b.from; });
  for (const Interval& one : intervals) {
    if (intervals_.empty() || one.from > intervals_.back().to) {
      intervals_.push_back(one);
    } else {
      intervals_.back().to = std::max(intervals_.back().to, one.to);
    }
  }
}

void TimeSet::add(const TimeSet& other) {
  if (other.empty()) return;
  std::vector<Interval> all = std::move(intervals_);
  intervals_.clear();
  all.insert(all.end(), other.intervals_.begin(), other.intervals_.end());
  *this = TimeSet(std::move(all));
}

TimeSet TimeSet::without(const TimeSet& other) const {
  TimeSet result;
  auto hole = other.intervals_.begin();
  for (Interval rest : intervals_) {
    while (hole != other.intervals_.end() && hole->to <= rest.from) ++hole;
    for (auto at = hole; at != other.intervals_.end() && at->from < rest.to; ++at) {
      if (at->from > rest.from) result.intervals_.push_back({rest.from, at->from});
      rest.from = at->to;
    }
    if (!rest.empty()) result.intervals_.push_back(rest);
  }
  return result;
}

TimeSet TimeSet::within(const TimeSet& other) const {
  TimeSet result;
  auto from = other.intervals_.begin();
  for (const Interval& one : intervals_) {
    while (from != other.intervals_.end() && from->to <= one.from) ++from;
    for (auto at = from; at != other.intervals_.end() && at->from < one.to; ++at) {
      result.intervals_.push_back(common(one, *at));
    }
  }
  return result;
}

TimeSet more_than(size_t most, const std::vector<Interval>& intervals) {
  if (intervals.size() <= most) return {};
  std::vector<std::pair<int64_t, int>> edges;
  for (const Interval& one : intervals) {
    edges.emplace_back(one.from, 1);
    if (one.to != INT64_MAX) edges.emplace_back(one.to, -1);
  }
  std::sort(edges.begin(), edges.end());
  std::vector<Interval> result;
  size_t count = 0;
  bool beyond = false;
  for (size_t i = 0; i < edges.size();) {
    const int64_t time = edges[i].first;
    for (; i < edges.size() && edges[i].first == time; ++i)
      count += static_cast<size_t>(edges[i].second);
    if (count > most && !beyond) result.push_back({time, INT64_MAX});
    if (count <= most && beyond) result.back().to = time;
    beyond = count > most;
  }
  return TimeSet(std::move(result));
}

}  // namespace tocsin
