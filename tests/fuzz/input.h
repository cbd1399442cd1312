// How a target divides its input: choices first, then the bytes that are fed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin::fuzz {

class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  // The next byte; 0 behind the end.
  uint8_t byte() { return rest_.empty() ? 0 : static_cast<uint8_t>(take(1)[0]); }
  // A byte with the length, and so many bytes, or what is left.
  std::string_view text() { return take(byte()); }
  std::string_view rest() { return take(rest_.size()); }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view take(size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
};

// Makes limits of a mebibyte reachable from a small input: each of the first few bytes 1 becomes
// 300 KiB.
inline std::string swell(std::string_view bytes) {
  constexpr char kSwelling = 1;
  constexpr size_t kSwollenBytes = 300u << 10;
  constexpr size_t kSwellingsMax = 4;
  std::string swollen;
  size_t swellings = 0;
  for (const char byte : bytes) {
    if (byte == kSwelling && swellings++ < kSwellingsMax) {
      swollen.append(kSwollenBytes, 'x');
    } else {
      swollen.push_back(byte);
    }
  }
  return swollen;
}

// Cuts the beginning of a stream into a few pieces, whose sizes go round: byte k of `sizes` plus
// one. Pieces of a stream that is swollen are larger. What is left is the last piece: readers look
// at what is unfinished again with each one, so that many of them take for ever.
class Pieces {
 public:
  Pieces(std::string_view sizes, std::string_view stream)
      : sizes_(sizes), rest_(stream), unit_(stream.size() > (64u << 10) ? 8192 : 1) {}

  bool at_end() const { return rest_.empty(); }
  // Never empty before the end; at most `size_max` bytes.
  std::string_view next(size_t size_max = std::string_view::npos) {
    constexpr size_t kCutsMax = 12;
    size_t size = rest_.size();
    if (!sizes_.empty() && cuts_ < kCutsMax) {
      size = unit_ * (static_cast<uint8_t>(sizes_[cuts_++ % sizes_.size()]) + 1u);
    }
    const std::string_view piece = rest_.substr(0, std::min(size, size_max));
    rest_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view sizes_;
  std::string_view rest_;
  size_t unit_;
  size_t cuts_ = 0;
};

}  // namespace tocsin::fuzz
