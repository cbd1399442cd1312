// Writing JSON: the one place that knows how a text is escaped.
//
// Output is always valid JSON and valid UTF-8, on one line: control characters are escaped, and
// bytes that are not UTF-8 become U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace tocsin {

// Appends `text` as a JSON string, with its quotes.
void append_json_string(std::string& out, std::string_view text);

// The same, but bytes that are not UTF-8 are kept as they are, for a reader that must see and
// refuse them.
void append_json_string_raw(std::string& out, std::string_view text);

// Appends `"name":`, with a comma before it unless it is the first member of its object.
void append_json_name(std::string& out, std::string_view name);

}  // namespace tocsin
