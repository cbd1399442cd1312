// Code points of UTF-8 text: decoding, and how wide a terminal shows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::dsl {

struct CodePoint {
  char32_t value = 0;
  uint32_t length = 1;  // bytes; 1 when not valid
  bool valid = false;
};

// Requires: at < text.size(). Overlong forms, surrogates and values above U+10FFFF are not valid.
CodePoint decode_utf8(std::string_view text, size_t at);

// The offset of the first byte that is not UTF-8, or npos.
size_t find_invalid_utf8(std::string_view text);

// Bytes that are not UTF-8 count as one code point each.
std::vector<char32_t> code_points(std::string_view text);

// Columns a terminal needs: 0 for combining marks, 2 for East Asian wide characters, else 1.
int display_width(char32_t code_point);

}  // namespace tocsin::dsl
