// Numbers that only look random: the same seed gives the same stream with every compiler and
// library, which the distributions of <random> do not promise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tocsin::simulator {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  // splitmix64: one addition and two multiplications, good enough for a demonstration.
  uint64_t next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // In [0, 1).
  double fraction() { return static_cast<double>(next() >> 11) / 9007199254740992.0; }
  // In [0, bound). Requires: bound > 0.
  uint64_t below(uint64_t bound) { return next() % bound; }
  // In [low, high].
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low + 1)));
  }
  bool chance(double share) { return fraction() < share; }

  template <typename Container>
  const auto& pick(const Container& items) {
    return items[below(items.size())];
  }

 private:
  uint64_t state_;
};

// How unevenly Zipf's law falls: the n-th is drawn 1/n or 1/sqrt(n) as often as the first. (IEEE
// 754 rounds both exactly, which it does not promise of other powers.)
enum class Skew { kStrong, kMild };

class Zipf {
 public:
  Zipf(size_t count, Skew skew);
  size_t draw(Random& random) const;

 private:
  std::vector<double> cumulated_;
};

}  // namespace tocsin::simulator
