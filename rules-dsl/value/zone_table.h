// A time zone as a sorted table of (first instant, offset), and the two-way mapping to local time.
//
// Times and offsets are microseconds. "Local" times count microseconds since 1970-01-01 on the wall
// clock. Immutable. A lookup is a binary search, and a comparison when the zone's last change is
// long past.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tocsin {

class ZoneTable {
 public:
  // No value when the zone is unknown, or its file cannot be read.
  static std::optional<ZoneTable> load(const std::string& zone);

  // All below are defined for times within the supported years, plus or minus two days.
  int64_t offset_at(int64_t time) const;

  // The instant read for a local time: the first when there are two; when there is none, by the
  // offset in force before the gap.
  int64_t from_local(int64_t local) const { return first_reading(local, Gap::kOffsetBefore); }
  // The first instant whose local time is `local` or, when that never occurs, the end of the gap.
  int64_t first_at_or_after(int64_t local) const { return first_reading(local, Gap::kItsEnd); }
  // The last instant whose local time is before `local`.
  int64_t last_before(int64_t local) const;

 private:
  struct Segment {
    int64_t begin;   // INT64_MIN for the first
    int64_t offset;  // east of Greenwich
  };
  enum class Gap : uint8_t { kOffsetBefore, kItsEnd };

  std::optional<int64_t> load_transitions(const std::string& zone);
  bool append_rule(const std::string& zone, int64_t listed_until);
  void append(int64_t begin, int64_t offset);
  size_t index_at(int64_t time) const;
  int64_t end_of(size_t index) const;
  int64_t first_reading(int64_t local, Gap gap) const;

  std::vector<Segment> segments_;  // not empty after load
};

}  // namespace tocsin
