// A message of the warning stream as one line for people.
#pragma once

#include <string>
#include <string_view>

namespace tocsin {

// 2025-06-01T00:00:00+08:00 ORANGE  raised  repeat_penalty "title" · subject · message; colours by
// level. A line that is not a message (it should not happen) is given back as it is, without
// control characters.
std::string format_message(std::string_view json, bool coloured);

}  // namespace tocsin
