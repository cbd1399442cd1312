#include "engine/record/utf8.h"

namespace tocsin {

std::string_view utf8_cut(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  constexpr size_t kContinuationsMax = 3;
  for (size_t back = 0; back <= kContinuationsMax && back <= bytes_max; ++back) {
    const size_t end = bytes_max - back;
    if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80) return text.substr(0, end);
  }
  return text.substr(0, bytes_max);
}

}  // namespace tocsin
