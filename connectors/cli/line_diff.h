// How one text becomes another, line by line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

// Lines that go as "12 - text", numbered as in `before`, and lines that come as "12 + text",
// numbered as in `after`. Not always the fewest: of texts that differ in very much, all between the
// first and the last difference.
std::vector<std::string> line_diff(std::string_view before, std::string_view after);

}  // namespace tocsin
