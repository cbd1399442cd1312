#include "engine/eval/sequence.h"

#include <xxhash.h>

#include <algorithm>

#include "engine/eval/lifetimes.h"

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

int64_t Sequence::due_time_of(const Row& row, size_t life) const {
  return due_time(evaluator_.domain().lives[life], row, evaluator_);
}

std::pair<const Row* const*, const Row* const*> Sequence::candidates(size_t step,
                                                                     const Row& next) const {
  const int64_t oldest = next.time - calendar_.longest_micros(rule_.steps[step + 1].within);
  if (const int life = rule_.steps[step].due_of; life != plan::kNoLife) {
    const FallenDue& fallen = state_.fallen_due[static_cast<size_t>(life)];
    const auto begin = std::lower_bound(fallen.times.begin(), fallen.times.end(), oldest);
    const auto end = std::lower_bound(begin, fallen.times.end(), next.time);
    const Row* const* rows = fallen.rows.data();
    return {rows + (begin - fallen.times.begin()), rows + (end - fallen.times.begin())};
  }
  const std::vector<const Row*>& ring = state_.rings[rule_.steps[step].type];
  const auto begin = std::partition_point(ring.begin(), ring.end(),
                                          [&](const Row* row) { return row->time < oldest; });
  const auto end = std::partition_point(begin, ring.end(),
                                        [&](const Row* row) { return row->time < next.time; });
  return {ring.data() + (begin - ring.begin()), ring.data() + (end - ring.begin())};
}

}  // namespace tocsin
