// A stream of small decisions, from which generators build policies.
//
// The first of several alternatives is always the simplest, and a stream that has run out decides
// for it. So shortening a stream and making its bytes smaller simplifies what is built from it:
// that is all RapidCheck needs to shrink a policy, and whatever it tries stays valid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::testing {

class Choices {
 public:
  explicit Choices(std::vector<uint8_t> bytes) : bytes_(std::move(bytes)) {}

  // 0 .. count - 1. Requires: count > 0.
  size_t among(size_t count) { return at_ < bytes_.size() ? bytes_[at_++] % count : 0; }
  // True in one of `count` cases; false is simpler.
  bool one_in(size_t count) { return among(count) == count - 1; }
  template <class T>
  const T& of(const std::vector<T>& items) {
    return items[among(items.size())];
  }

 private:
  std::vector<uint8_t> bytes_;
  size_t at_ = 0;
};

}  // namespace tocsin::testing
