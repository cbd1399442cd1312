// The rule at the end of a time zone file, which holds for all years after its list of transitions.
//
// Such as "EST5EDT,M3.2.0,M11.1.0" (POSIX TZ, with the extensions of RFC 8536). Only the M form of
// a change date is read: the zones of the tz database use no other.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tocsin {

struct PosixZone {
  // The `week`-th `weekday` (0 = Sunday) of a month, 5 = the last, and the local time of that day.
  struct Change {
    int month, week, weekday;
    int64_t seconds;  // may be negative or more than a day
  };
  int64_t standard_offset = 0;  // seconds east of Greenwich
  int64_t summer_offset = 0;    // meaningless unless has_summer
  bool has_summer = false;
  Change summer_begins{}, summer_ends{};

  static std::optional<PosixZone> parse(std::string_view text);

  // Seconds since the epoch, UTC. Requires: has_summer, a supported year.
  int64_t summer_begin(int year) const;
  int64_t summer_end(int year) const;
};

}  // namespace tocsin
