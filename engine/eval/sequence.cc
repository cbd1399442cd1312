#include "engine/eval/sequence.h"

#include <algorithm>

namespace tocsin {

std::pair<const Row* const*, const Row* const*> Sequence::candidates(size_t step,
                                                                     const Row& next) const {
  const std::vector<const Row*>& ring = state_.rings[rule_.steps[step].type];
  const int64_t oldest = next.time - Calendar::longest_micros(rule_.steps[step + 1].within);
  const auto begin = std::partition_point(ring.begin(), ring.end(), [&](const Row* row) {
    return row->time < oldest;
  });
  const auto end = std::partition_point(begin, ring.end(), [&](const Row* row) {
    return row->time < next.time;
  });
  return {ring.data() + (begin - ring.begin()), ring.data() + (end - ring.begin())};
}

}  // namespace tocsin
