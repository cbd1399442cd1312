#include "engine/eval/fold_snapshots.h"

#include <algorithm>

namespace tocsin {

namespace {

constexpr size_t kItemBytes = 64;      // of what is copied, a typical one
constexpr uint32_t kItemsForARow = 4;  // copying one costs about a quarter of folding a row

size_t items(const FoldMarks& marks) {
  size_t count = marks.edges.size() + marks.sums.size() + marks.profile.size() +
                 marks.rules.size() + marks.deadlines.size();
  for (const EdgeState& edge : marks.edges) count += edge.waiting.size();
  for (const RuleState& rule : marks.rules) {
    count += rule.seen.size() + rule.firsts.size() + rule.answered.size();
  }
  return count;
}

}  // namespace

void FoldSnapshots::note(const FoldState& state, uint32_t spacing) {
  if (next_ == 0) next_ = state.rows + spacing;
  if (state.rows < next_) return;
  Snapshot& taken = snapshots_.emplace_back(
      Snapshot{state, {}, static_cast<uint32_t>(state.warnings.size()), {}, 0});
  for (const auto& ring : state.rings)
    taken.ring_sizes.push_back(static_cast<uint32_t>(ring.size()));
  for (const RuleState& rule : state.rules) {
    if (rule.open < 0) continue;
    const auto index = static_cast<uint32_t>(rule.open);
    taken.open.emplace_back(index, state.warnings[index]);
  }
  const size_t copied = items(state);
  taken.bytes = sizeof(Snapshot) + copied * kItemBytes;
  bytes_ += taken.bytes;
  next_ = state.rows + std::max(spacing, static_cast<uint32_t>(copied / kItemsForARow));
  thin_out();
}

// One goes when its neighbours stand no further apart than the younger of them is from the present.
void FoldSnapshots::thin_out() {
  const uint32_t present = snapshots_.back().marks.rows;
  std::vector<Snapshot> kept;
  for (size_t i = 0; i < snapshots_.size(); ++i) {
    const bool between = !kept.empty() && i + 1 < snapshots_.size();
    if (between) {
      const uint32_t older = kept.back().marks.rows;
      const uint32_t younger = snapshots_[i + 1].marks.rows;
      if (younger - older <= present - younger) {
        bytes_ -= snapshots_[i].bytes;
        continue;
      }
    }
    kept.push_back(std::move(snapshots_[i]));
  }
  snapshots_ = std::move(kept);
}

FoldSnapshots::Rewound FoldSnapshots::rewind(FoldState& state, const plan::Domain& domain,
                                             int64_t time) {
  while (!snapshots_.empty() && snapshots_.back().marks.position >= time) {
    bytes_ -= snapshots_.back().bytes;
    snapshots_.pop_back();
  }
  next_ = 0;
  Rewound rewound;
  if (snapshots_.empty()) {
    rewound.before = std::move(state.warnings);
    state = FoldState(domain);
    return rewound;
  }
  const Snapshot& to = snapshots_.back();
  std::vector<Warning>& warnings = state.warnings;
  rewound.kept = to.warnings;
  std::move(warnings.begin() + to.warnings, warnings.end(), std::back_inserter(rewound.before));
  warnings.resize(to.warnings);
  for (const auto& [index, warning] : to.open) {
    rewound.before.push_back(std::exchange(warnings[index], warning));
    rewound.reopened.push_back(index);
  }
  static_cast<FoldMarks&>(state) = to.marks;
  for (size_t i = 0; i < state.rings.size(); ++i) state.rings[i].resize(to.ring_sizes[i]);
  return rewound;
}

}  // namespace tocsin
