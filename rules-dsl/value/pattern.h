// Reading a time by a strftime pattern: %Y %m %d %H %M %S %z %b %B %y %j %p %I and %%.
//
// A number may have fewer digits than its width (6/1/2025) but %Y needs four; %S takes a fraction,
// too. Names are English, long or short, in any case. %y is 1969 to 2068. A blank matches any run
// of blanks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tocsin {

struct PatternTime {
  int64_t day = 0;
  std::optional<int64_t> clock;   // microseconds since midnight, when the pattern has a time of day
  std::optional<int64_t> offset;  // microseconds, from %z
};

// No value when the text does not fit the whole pattern or names a day that does not exist.
std::optional<PatternTime> read_pattern(std::string_view text, std::string_view pattern);

// Only known directives, none twice; year, month and day or year and day of the year; %I and %p
// together.
bool valid_pattern(std::string_view pattern);

}  // namespace tocsin
