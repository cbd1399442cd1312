#include "engine/eval/fold_snapshots.h"

#include <algorithm>

namespace tocsin {

namespace {

constexpr size_t kItemBytes = 64;      // of what is copied, a typical one
constexpr uint32_t kItemsForARow = 4;  // copying one costs about a quarter of folding a row

size_t items(const FoldMarks& marks) {
  size_t count = marks.edges.size() + marks.sums.size() + marks.profile.size() +
                 marks.rules.size() + marks.reaches.size() + marks.deadlines.size();
  for (const EdgeState& edge : marks.edges) count += edge.waiting.size();
  for (const RuleState& rule : marks.rules) {
    count += rule.seen.size() + rule.firsts.size() + rule.answered.size();
  }
  for (const LifeState& life : marks.lives) {
    count += 2 * life.living.size() + life.ends.size() + life.dues.size();
  }
  for (const Waiting& waiting : marks.waiting) count += waiting.size();
  return count;
}

}  // namespace

void Settled::append(Settled more) {
  std::move(more.warnings.begin(), more.warnings.end(), std::back_inserter(warnings));
  std::move(more.outputs.begin(), more.outputs.end(), std::back_inserter(outputs));
}

bool FoldSnapshots::due(const FoldState& state, uint32_t spacing) {
  if (next_ == 0) next_ = state.rows + spacing;
  return state.rows >= next_;
}

void FoldSnapshots::take(const FoldState& state, uint32_t spacing) {
  Snapshot& taken = snapshots_.emplace_back(Snapshot{state,
                                                     {},
                                                     {},
                                                     {},
                                                     static_cast<uint32_t>(state.warnings.size()),
                                                     {},
                                                     state.outputs.size(),
                                                     0});
  for (const auto& ring : state.rings)
    taken.ring_sizes.push_back(static_cast<uint32_t>(ring.size()));
  for (const Endings& endings : state.endings) taken.endings.push_back(endings.size());
  for (const FallenDue& fallen : state.fallen_due) taken.fallen_due.push_back(fallen.times.size());
  const auto note_open = [&](uint32_t index) {
    taken.open.emplace_back(index, state.warnings[index]);
  };
  for (const RuleState& rule : state.rules) {
    if (rule.open >= 0) note_open(static_cast<uint32_t>(rule.open));
  }
  for (const LifeState& life : state.lives) {
    life.living.for_each([&](const Living& living) {
      if (living.row == nullptr) note_open(living.warning);
    });
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
    rewound.before = {std::move(state.warnings), state.outputs.cut_back(0)};
    state = FoldState(domain);
    return rewound;
  }
  const Snapshot& to = snapshots_.back();
  std::vector<Warning>& warnings = state.warnings;
  rewound.kept = to.warnings;
  std::vector<Warning>& before = rewound.before.warnings;
  rewound.before.outputs = state.outputs.cut_back(to.outputs);
  std::move(warnings.begin() + to.warnings, warnings.end(), std::back_inserter(before));
  warnings.resize(to.warnings);
  for (const auto& [index, warning] : to.open) {
    before.push_back(std::exchange(warnings[index], warning));
    rewound.reopened.push_back(index);
  }
  static_cast<FoldMarks&>(state) = to.marks;
  for (size_t i = 0; i < state.rings.size(); ++i) state.rings[i].resize(to.ring_sizes[i]);
  for (size_t i = 0; i < state.endings.size(); ++i) state.endings[i].cut_back(to.endings[i]);
  for (size_t i = 0; i < state.fallen_due.size(); ++i) {
    state.fallen_due[i].cut_back(to.fallen_due[i]);
  }
  return rewound;
}

size_t FoldSnapshots::within(const FoldState& state, size_t rows) const {
  size_t index = 0;
  while (index + 1 < snapshots_.size() && state.rows - snapshots_[index].marks.rows > rows) ++index;
  return index;
}

Settled FoldSnapshots::cut(FoldState& state, size_t index, const Horizon& horizon,
                           const Past& past) {
  const auto base = snapshots_.begin() + static_cast<ptrdiff_t>(index);
  for (auto older = snapshots_.begin(); older != base; ++older) bytes_ -= older->bytes;
  snapshots_.erase(snapshots_.begin(), base);
  horizon.forget(past, state);
  for (size_t type = 0; type < state.rings.size(); ++type) {
    auto& ring = state.rings[type];
    ring = {ring.begin() + past.ring_rows[type], ring.end()};  // and lets go of the memory
  }
  for (size_t life = 0; life < state.fallen_due.size(); ++life) {
    state.fallen_due[life].forget(past.fallen_due[life]);
    for (Snapshot& snapshot : snapshots_) snapshot.fallen_due[life] -= past.fallen_due[life];
  }
  for (Snapshot& snapshot : snapshots_) {
    horizon.forget(past, snapshot.marks);
    for (size_t type = 0; type < state.rings.size(); ++type) {
      snapshot.ring_sizes[type] -= past.ring_rows[type];
    }
  }
  const size_t outputs = snapshots_.front().outputs;
  for (Snapshot& snapshot : snapshots_) snapshot.outputs -= outputs;
  return {take_settled(state), state.outputs.let_go(outputs)};
}

// Of the warnings raised up to the oldest snapshot, only those that were open then can change.
std::vector<Warning> FoldSnapshots::take_settled(FoldState& state) {
  const uint32_t early = snapshots_.front().warnings;
  std::vector<uint32_t> open;
  for (const auto& [index, warning] : snapshots_.front().open) open.push_back(index);
  std::sort(open.begin(), open.end());
  std::vector<Warning> settled, kept;
  for (uint32_t i = 0; i < state.warnings.size(); ++i) {
    const bool stays = i >= early || std::binary_search(open.begin(), open.end(), i);
    (stays ? kept : settled).push_back(std::move(state.warnings[i]));
  }
  state.warnings = std::move(kept);
  const auto move_up = [&](auto& index) {
    const auto old = static_cast<uint32_t>(index);
    const auto before = std::lower_bound(open.begin(), open.end(), old) - open.begin();
    index -=
        old >= early ? static_cast<uint32_t>(settled.size()) : old - static_cast<uint32_t>(before);
  };
  const auto move_open = [&](FoldMarks& marks) {
    for (RuleState& rule : marks.rules) {
      if (rule.open >= 0) move_up(rule.open);
    }
    for (LifeState& life : marks.lives) {
      life.living.for_each([&](Living& living) {
        if (living.row == nullptr) move_up(living.warning);
      });
    }
  };
  move_open(state);
  for (Snapshot& snapshot : snapshots_) {
    move_open(snapshot.marks);
    move_up(snapshot.warnings);
    for (auto& [index, warning] : snapshot.open) move_up(index);
  }
  return settled;
}

}  // namespace tocsin
