// How everything stored is written: little-endian fixed-width integers, varints, texts with their
// length.
//
// The reader never reads past its end: after the first value that does not fit it is failed() and
// returns zeros and empty texts, so a decoder reads straight through and asks once at its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace tocsin {

class ByteWriter {
 public:
  // Appends to `out`, which must outlive the writer.
  explicit ByteWriter(std::string& out) : out_(out) {}

  template <class Int>
  void fixed(Int value) {
    const auto bits = static_cast<std::make_unsigned_t<Int>>(value);
    for (size_t i = 0; i < sizeof(Int); ++i) out_.push_back(static_cast<char>(bits >> (8 * i)));
  }

  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>(value | 0x80));
    out_.push_back(static_cast<char>(value));
  }

  void text(std::string_view value) {
    varint(value.size());
    out_.append(value);
  }

 private:
  std::string& out_;
};

class ByteReader {
 public:
  // `bytes` must outlive the reader and the views it returns.
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class Int>
  Int fixed() {
    using Bits = std::make_unsigned_t<Int>;
    const std::string_view bytes = take(sizeof(Int));
    Bits bits = 0;
    for (size_t i = 0; i < bytes.size(); ++i) {
      bits = static_cast<Bits>(bits | (Bits{static_cast<uint8_t>(bytes[i])} << (8 * i)));
    }
    return static_cast<Int>(bits);
  }

  uint64_t varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = fixed<uint8_t>();
      if (shift == 63 && byte > 1) break;  // more than 64 bits
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }

  std::string_view text() { return take(varint()); }

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }
  size_t rest_bytes() const { return rest_.size(); }

 private:
  std::string_view take(uint64_t count) {
    if (count > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  void fail() {
    failed_ = true;
    rest_ = {};
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace tocsin
