#include "rules-dsl/syntax/utf8.h"

#include <algorithm>
#include <iterator>

namespace tocsin::dsl {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

bool within(const Range* begin, const Range* end, char32_t code_point) {
  return std::any_of(begin, end, [code_point](const Range& range) {
    return range.first <= code_point && code_point <= range.last;
  });
}

// Blocks of Unicode's EastAsianWidth W and F that occur in real text.
constexpr Range kWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xA960, 0xA97F}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
    {0xFF01, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

constexpr Range kZeroWidth[] = {
    {0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0x200B, 0x200F},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

// How many bytes a sequence has by its first byte; 0 when no sequence begins so.
uint32_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

CodePoint decode_utf8(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const uint32_t length = sequence_length(lead);
  if (length == 1) return {lead, 1, true};
  if (length == 0 || at + length > text.size()) return {lead, 1, false};

  char32_t value = lead & (0xFF >> (length + 1));
  for (uint32_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xC0) != 0x80) return {lead, 1, false};
    value = (value << 6) | (next & 0x3F);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {lead, 1, false};
  return {value, length, true};
}

size_t find_invalid_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {  // nearly all of a policy
      ++at;
      continue;
    }
    const CodePoint c = decode_utf8(text, at);
    if (!c.valid) return at;
    at += c.length;
  }
  return std::string_view::npos;
}

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> result;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decode_utf8(text, at);
    result.push_back(c.value);
    at += c.length;
  }
  return result;
}

int display_width(char32_t code_point) {
  if (within(std::begin(kZeroWidth), std::end(kZeroWidth), code_point)) return 0;
  return within(std::begin(kWide), std::end(kWide), code_point) ? 2 : 1;
}

}  // namespace tocsin::dsl
