// KeyState: what falls out of every window and pattern leaves memory, and comes back when a late
// record or a correction asks for it.
#include <algorithm>

#include "engine/state/key_state.h"

namespace tocsin {

namespace {

size_t dropped(const KeyState& state, const Past& past) {
  const std::vector<RowPtr>& rows = state.rows.sorted();
  return static_cast<size_t>(
      std::count_if(rows.begin(), rows.end(), [&](const RowPtr& row) { return past.drops(*row); }));
}

}  // namespace

bool prune_key(KeyState& state, Folder& folder) {
  const size_t rows = state.rows.sorted().size();
  if (rows < folder.prune_rows || rows < state.prune_at || state.snapshots.count() == 0) {
    return false;
  }
  // Looking costs some time per row, so the key has to have grown by some share before the next.
  const auto look_again = [&](size_t left) {
    state.prune_at = left + std::max<size_t>(left / 2, folder.prune_rows);
  };
  look_again(rows);
  const FoldSnapshots& snapshots = state.snapshots;
  const Past latest = folder.horizon.past(snapshots.marks(snapshots.count() - 1), state.fold);
  const size_t needed = rows - dropped(state, latest);
  // Not the very last: rows that come a little late shall find what they need.
  const size_t tolerance = std::max<size_t>(needed, folder.prune_rows);
  const size_t base = snapshots.within(state.fold, tolerance);
  const Past past = folder.horizon.past(snapshots.marks(base), state.fold);
  const size_t going = dropped(state, past);
  if (going < folder.prune_rows) return false;
  state.settled.append(state.snapshots.cut(state.fold, base, folder.horizon, past));
  const std::vector<RowPtr> gone =
      state.rows.part_with([&](const Row& row) { return past.drops(row); });
  state.cold.add(gone, state.settled);
  state.settled = {};
  state.cut = state.snapshots.marks(0).position;
  look_again(rows - going);
  return true;
}

// Who asks once often asks again, when a source is sent anew. Each time costs as much as the key
// has rows, so it has to grow by a share of them in between.
void KeyState::put_back(std::vector<RowPtr> cold_rows, Settled cold_past) {
  constexpr size_t kGrowthShare = 8;
  rows.put_back(std::move(cold_rows));
  settled.append(std::move(cold_past));
  cold.forget();
  prune_at = rows.sorted().size() + rows.sorted().size() / kGrowthShare;
}

}  // namespace tocsin
