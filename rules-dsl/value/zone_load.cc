// Loading a zone: the transitions that howardhinnant-date lists, then the rule for the years after.
//
// The library, built for the system's tz database, knows only the transitions listed in a zone's
// file (to 2037 at most, to 2007 in "slim" files) and takes the last offset for ever. The rule that
// goes on from there stands in the file's last line, so it is read here.
#include <date/tz.h>

#include <exception>
#include <fstream>
#include <iterator>
#include <utility>

#include "rules-dsl/value/civil.h"
#include "rules-dsl/value/posix_zone.h"
#include "rules-dsl/value/zone_table.h"

namespace tocsin {
namespace {

using civil::kMicrosPerSecond;

constexpr const char* kZoneFolder = "/usr/share/zoneinfo/";
constexpr int64_t kListFrom = (civil::kDayMin - 2) * 86'400;
constexpr int64_t kListTo = (civil::kDayMax + 2) * 86'400;
constexpr int kRuleYearFirst = 1970;
// One year more than the end of the cycle in zone_table.cc, so that a jump at its edge is there.
constexpr int kRuleYearLast = 2602;

// The last line of a TZif file of version 2 or later (RFC 8536, 3.3).
std::optional<PosixZone> read_rule(const std::string& zone) {
  std::ifstream file(kZoneFolder + zone, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (bytes.size() < 44 || !bytes.starts_with("TZif") || bytes[4] < '2' || bytes.back() != '\n') {
    return std::nullopt;
  }
  const size_t begin = bytes.rfind('\n', bytes.size() - 2) + 1;
  return PosixZone::parse(std::string_view(bytes).substr(begin, bytes.size() - 1 - begin));
}

}  // namespace

std::optional<ZoneTable> ZoneTable::load(const std::string& zone) {
  if (zone == "localtime") return std::nullopt;  // another zone on another machine
  ZoneTable table;
  try {
    const std::optional<int64_t> listed_until = table.load_transitions(zone);
    if (!listed_until || !table.append_rule(zone, *listed_until)) return std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;  // unknown, or no tz database here
  }
  table.segments_.shrink_to_fit();
  return table;
}

// The last transition, if it is not before all time; no value when the library makes no sense.
std::optional<int64_t> ZoneTable::load_transitions(const std::string& zone) {
  const date::time_zone* found = date::locate_zone(zone);
  int64_t last = INT64_MIN;
  for (int64_t at = kListFrom; at < kListTo;) {
    const date::sys_info info = found->get_info(date::sys_seconds(std::chrono::seconds(at)));
    if (at != kListFrom) last = at * kMicrosPerSecond;
    append(last, info.offset.count() * kMicrosPerSecond);
    const int64_t next = info.end.time_since_epoch().count();
    if (next <= at) return std::nullopt;
    at = next;
  }
  return last;
}

bool ZoneTable::append_rule(const std::string& zone, int64_t listed_until) {
  const std::optional<PosixZone> rule = read_rule(zone);
  if (!rule) return false;
  if (!rule->has_summer) return true;
  for (int year = kRuleYearFirst; year <= kRuleYearLast; ++year) {
    Segment changes[] = {
        {rule->summer_begin(year) * kMicrosPerSecond, rule->summer_offset * kMicrosPerSecond},
        {rule->summer_end(year) * kMicrosPerSecond, rule->standard_offset * kMicrosPerSecond}};
    if (changes[1].begin < changes[0].begin) std::swap(changes[0], changes[1]);
    for (const Segment& change : changes) {
      if (change.begin > listed_until) append(change.begin, change.offset);
    }
  }
  return true;
}

// A transition that only changes the zone's abbreviation is nothing to a clock.
void ZoneTable::append(int64_t begin, int64_t offset) {
  if (segments_.empty() || segments_.back().offset != offset) segments_.push_back({begin, offset});
}

}  // namespace tocsin
