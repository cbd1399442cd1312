#include "engine/eval/sequence.h"

#include <xxhash.h>

#include <algorithm>

namespace tocsin {

size_t Sequence::ChoiceHash::operator()(const Choice& choice) const {
  return XXH3_64bits(&choice, sizeof choice);
}

Sequence::Choice Sequence::choice(size_t step, const Bindings& bindings) const {
  Choice choice{.step = step, .rows = {}};
  choice.rows[step] = bindings.bound[step];
  const uint16_t looked_at = rule_.steps[step].looked_at;
  for (size_t later = step + 1; later < rule_.steps.size(); ++later) {
    if (looked_at >> later & 1) choice.rows[later] = bindings.bound[later];
  }
  return choice;
}

std::pair<const Row* const*, const Row* const*> Sequence::candidates(size_t step,
                                                                     const Row& next) const {
  const std::vector<const Row*>& ring = state_.rings[rule_.steps[step].type];
  const int64_t oldest = next.time - Calendar::longest_micros(rule_.steps[step + 1].within);
  const auto begin = std::partition_point(ring.begin(), ring.end(),
                                          [&](const Row* row) { return row->time < oldest; });
  const auto end = std::partition_point(begin, ring.end(),
                                        [&](const Row* row) { return row->time < next.time; });
  return {ring.data() + (begin - ring.begin()), ring.data() + (end - ring.begin())};
}

}  // namespace tocsin
