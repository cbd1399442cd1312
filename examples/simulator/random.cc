#include "examples/simulator/random.h"

#include <algorithm>
#include <cmath>

namespace tocsin::simulator {

Zipf::Zipf(size_t count, Skew skew) {
  double total = 0;
  cumulated_.reserve(count);
  for (size_t rank = 1; rank <= count; ++rank) {
    const double n = static_cast<double>(rank);
    total += 1.0 / (skew == Skew::kStrong ? n : std::sqrt(n));
    cumulated_.push_back(total);
  }
}

size_t Zipf::draw(Random& random) const {
  const double target = random.fraction() * cumulated_.back();
  const auto found = std::upper_bound(cumulated_.begin(), cumulated_.end(), target);
  return std::min<size_t>(static_cast<size_t>(found - cumulated_.begin()), cumulated_.size() - 1);
}

}  // namespace tocsin::simulator
