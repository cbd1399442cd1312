// Everything the engine knows of one key. Owned by one shard; one task at a time touches it.
#pragma once

#include <string>
#include <vector>

#include "engine/eval/fold_snapshots.h"
#include "engine/eval/key_fold.h"
#include "engine/state/change.h"
#include "engine/state/cold_rows.h"
#include "engine/state/key_outputs.h"
#include "engine/state/key_rows.h"

namespace tocsin {

struct KeyState {
  KeyState(std::string name, const plan::Domain& domain) : key(std::move(name)), fold(domain) {}

  std::string key;
  KeyRows rows;
  FoldState fold;
  FoldSnapshots snapshots;
  ColdRows cold;
  // The fold has let go of its past: it can go back to after this time only. Then `settled` are
  // warnings and outputs that it no longer has, as the chunk that they were in was read back.
  int64_t cut = INT64_MIN;
  Settled settled;
  size_t prune_at = 0;      // rows at which it is worth a look whether some can go
  int64_t due = INT64_MAX;  // next change point if no row comes

  // Within a batch, between apply and fold:
  bool touched = false;
  int64_t disturbed_from = INT64_MAX;  // the fold must go back to before it; INT64_MAX: need not
  Reason disturbance = Reason::kLateRecord;
  std::vector<RowPtr> removed;  // the fold may still point at them

  bool linked = false;  // it has all rows of others that it sees across links (engine/link)

  // For the cache:
  bool dirty = false;        // changed since it was last handed to a checkpoint
  uint64_t saved_with = 0;   // number of the checkpoint it was last handed to
  size_t counted_bytes = 0;  // as added to the shard's total
  KeyState* newer = nullptr;
  KeyState* older = nullptr;

  // Notes that a row was added or taken out at `time`.
  void disturb(int64_t time, Reason reason);
  bool disturbed() const { return disturbed_from != INT64_MAX; }
  // The fold has to go back to before what it still knows: the cold rows have to be put back first.
  bool disturbed_past() const { return disturbed_from <= cut; }
  // What the cold chunks hold is the key's again.
  void put_back(std::vector<RowPtr> cold_rows, Settled cold_past);
  size_t bytes() const;
};

// What folds the keys of a domain.
struct Folder {
  const plan::Domain& domain;
  KeyFold fold;
  Horizon horizon;
  uint32_t snapshot_spacing;  // rows
  uint32_t prune_rows;        // of a key, before it is worth while to let go of any; kKeepAll
};
inline constexpr uint32_t kKeepAll = UINT32_MAX;

// What a step or a refold changed: for subscribers, and for later layers.
struct FoldResult {
  std::vector<Change> changes;
  std::vector<OutputDelta> outputs;
};

// Brings the key up to `clock` and appends what changed.
void fold_key(KeyState& state, Folder& folder, int64_t clock, FoldResult& result);

// Lets go of what the key no longer needs, into `cold`, when that is worth a chunk.
// True when anything went. Requires: just folded.
bool prune_key(KeyState& state, Folder& folder);

// Folds rows that were read back, up to the position they were saved at; everything counts as
// published.
void restore_key(KeyState& state, Folder& folder, int64_t position);

}  // namespace tocsin
