// Cutting UTF-8 text without cutting a character. (Decoding: rules-dsl/syntax/utf8.h.)
#pragma once

#include <cstddef>
#include <string_view>

namespace tocsin {

// The longest prefix of at most `bytes_max` bytes that does not end inside a character; text that
// is not UTF-8 is cut anywhere.
std::string_view utf8_cut(std::string_view text, size_t bytes_max);

}  // namespace tocsin
