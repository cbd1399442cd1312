#include "engine/state/key_state.h"

#include <algorithm>
#include <map>
#include <optional>

namespace tocsin {

bool operator<(const Change& a, const Change& b) {
  if (a.time != b.time) return a.time < b.time;
  if (a.warning.rule != b.warning.rule) return a.warning.rule < b.warning.rule;
  if (a.key != b.key) return a.key < b.key;
  if (a.event != b.event) return a.event < b.event;
  return a.warning.id < b.warning.id;
}

namespace {

constexpr size_t kWarningBytes = 400;                 // a typical warning with its texts
constexpr size_t kKeyBytes = sizeof(KeyState) + 300;  // with its places in maps, lists and timers

// Rows later than the fold's position, one step an instant. Rows ahead of the clock wait.
void fold_fresh_rows(KeyState& state, Folder& folder, int64_t clock) {
  const std::vector<RowPtr>& rows = state.rows.sorted();
  auto at = std::partition_point(rows.begin(), rows.end(), [&](const RowPtr& row) {
    return row->time <= state.fold.position;
  });
  std::vector<const Row*> instant;
  while (at != rows.end() && (*at)->time <= clock) {
    instant.clear();
    for (const int64_t time = (*at)->time; at != rows.end() && (*at)->time == time; ++at) {
      instant.push_back(at->get());
    }
    folder.fold.step(instant);
    if (!state.snapshots.due(state.fold, folder.snapshot_spacing)) continue;
    if (folder.prune_rows != kKeepAll) folder.fold.settle();
    state.snapshots.take(state.fold, folder.snapshot_spacing);
  }
}

// The next change point, or the time of the first row that waits for the clock.
int64_t next_due(const KeyState& state, KeyFold& fold) {
  const std::vector<RowPtr>& rows = state.rows.sorted();
  const int64_t change = fold.next_change();
  if (rows.empty() || rows.back()->time <= state.fold.position) return change;
  const auto waiting = std::partition_point(rows.begin(), rows.end(), [&](const RowPtr& row) {
    return row->time <= state.fold.position;
  });
  return std::min(change, (*waiting)->time);
}

// The messages that take a subscriber from what was published to what is.
void publish(Warning& warning, const std::string& key, Reason raised_for, Reason reason,
             std::vector<Change>& changes) {
  const uint64_t hash = warning.content_hash();
  if (hash == warning.published) return;
  const bool fresh = warning.published == 0;
  const bool clears = !warning.open() && !warning.published_cleared;
  warning.published = hash;
  warning.published_cleared = !warning.open();
  if (fresh) {
    Change& raised =
        changes.emplace_back(Change{warning.raised, key, Event::kRaised, raised_for, warning});
    raised.warning.cleared = kStillOpen;
  }
  if (clears) {
    changes.push_back({warning.cleared, key, Event::kCleared, reason, warning});
  } else if (!fresh) {
    changes.push_back({warning.changed, key, Event::kChanged, reason, warning});
  }
}

Reason reason_of(Cause cause) { return cause == Cause::kTimer ? Reason::kTimer : Reason::kRecord; }

void publish_touched(KeyState& state, std::vector<Change>& changes) {
  std::vector<uint32_t>& touched = state.fold.touched;
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (uint32_t index : touched) {
    Warning& warning = state.fold.warnings[index];
    publish(warning, state.key, reason_of(warning.raised_by), reason_of(warning.cause), changes);
  }
  touched.clear();
}

// What was published before a refold against what is true now.
void publish_difference(KeyState& state, FoldSnapshots::Rewound& rewound, int64_t position,
                        std::vector<Change>& changes) {
  std::map<std::array<uint64_t, 2>, Warning*> known;
  for (Warning& warning : rewound.before.warnings) known.emplace(warning.id, &warning);
  const auto compare = [&](Warning& warning) {
    const auto old = known.find(warning.id);
    if (old != known.end()) {
      warning.published = old->second->published;
      warning.published_cleared = old->second->published_cleared;
      known.erase(old);
    }
    const auto reason = [&](int64_t time, Cause cause) {
      return time > position ? reason_of(cause) : state.disturbance;
    };
    publish(warning, state.key, reason(warning.raised, warning.raised_by),
            reason(warning.changed, warning.cause), changes);
  };
  std::vector<Warning>& warnings = state.fold.warnings;
  for (uint32_t index : rewound.reopened) compare(warnings[index]);
  for (size_t index = rewound.kept; index < warnings.size(); ++index) compare(warnings[index]);
  for (auto& [id, warning] : known) {
    changes.push_back({warning->raised, state.key, Event::kWithdrawn, state.disturbance, *warning});
  }
  state.fold.touched.clear();
}

}  // namespace

void KeyState::disturb(int64_t time, Reason reason) {
  if (time > fold.position) return;
  if (!disturbed() || reason > disturbance) disturbance = reason;
  disturbed_from = std::min(disturbed_from, time);
}

namespace {

constexpr size_t kLivingBytes = 160;  // in force, with its timers and what it waits for
constexpr size_t kEndingBytes = 48;   // a record that ends others

size_t lifetime_bytes(const FoldState& fold) {
  size_t bytes = sizeof(LifeState) * fold.lives.size() + sizeof(Endings) * fold.endings.size();
  for (const LifeState& life : fold.lives) bytes += kLivingBytes * life.living.size();
  for (const Endings& endings : fold.endings) bytes += kEndingBytes * endings.size();
  return bytes;
}

}  // namespace

size_t KeyState::bytes() const {
  return kKeyBytes + 3 * key.size() + rows.bytes() + snapshots.bytes() + cold.bytes() +
         kWarningBytes * (fold.warnings.size() + settled.warnings.size()) + fold.outputs.bytes() +
         sizeof(fold.rings[0]) * fold.rings.size() + sizeof(RuleState) * fold.rules.size() +
         sizeof(EdgeState) * fold.edges.size() + sizeof(ExactSum) * fold.sums.size() +
         lifetime_bytes(fold);
}

void fold_key(KeyState& state, Folder& folder, int64_t clock, FoldResult& result) {
  KeyFold& fold = folder.fold;
  const int64_t position = state.fold.position;
  const size_t known_outputs = state.fold.outputs.size();
  std::optional<FoldSnapshots::Rewound> rewound;
  if (state.disturbed()) {
    rewound = state.snapshots.rewind(state.fold, folder.domain, state.disturbed_from);
    if (state.disturbed_past()) {
      rewound->before.append(std::exchange(state.settled, {}));
      state.cut = INT64_MIN;
    }
  }
  const size_t kept_outputs = state.fold.outputs.size();
  fold.attach(state.fold, state.key);
  fold_fresh_rows(state, folder, clock);
  fold.advance(clock);
  if (rewound) {
    publish_difference(state, *rewound, position, result.changes);
    send_output_difference(rewound->before.outputs, state.fold.outputs, kept_outputs,
                           state.disturbance, result.outputs);
    state.disturbed_from = INT64_MAX;
  } else {
    publish_touched(state, result.changes);
    send_fresh_outputs(state.fold.outputs, known_outputs, result.outputs);
  }
  state.removed.clear();
  state.due = next_due(state, fold);
  state.touched = false;
}

void restore_key(KeyState& state, Folder& folder, int64_t position) {
  KeyFold& fold = folder.fold;
  fold.attach(state.fold, state.key);
  fold_fresh_rows(state, folder, position);
  fold.advance(position);
  state.fold.touched.clear();
  for (Warning& warning : state.fold.warnings) {
    warning.note_published();
  }
  state.due = next_due(state, fold);
}

}  // namespace tocsin
