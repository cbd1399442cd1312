// Snapshots of one key's fold, so that a late row costs what came after it and not the whole key.
//
// They stand ever closer together towards the present: going back over d rows means folding at most
// 2 d rows and one spacing again, and a key of n rows has some 2 log2(n / spacing) snapshots. The
// spacing grows with what has to be copied, so that copying costs a row no more than folding it.
#pragma once

#include <utility>
#include <vector>

#include "engine/eval/horizon.h"

namespace tocsin {

// What a fold has let go of, as it can no longer change unless the past is put back.
struct Settled {
  std::vector<Warning> warnings;
  std::vector<OutputRow> outputs;

  void append(Settled more);
};

class FoldSnapshots {
 public:
  // After a step: whether `spacing` rows or more came since the last snapshot; then take() one.
  bool due(const FoldState& state, uint32_t spacing);
  void take(const FoldState& state, uint32_t spacing);

  struct Rewound {
    Settled before;  // warnings as they stood, of all that may come out different now; and the
                     // outputs that are no longer in the state
    std::vector<uint32_t> reopened;  // which of those kept are as they were then
    uint32_t kept = 0;               // warnings that are still in the state
  };
  // Takes the state back to a moment before `time`: the latest snapshot, or the very beginning.
  // Forgets the snapshots from then on. Requires: nothing touched that was not published.
  Rewound rewind(FoldState& state, const plan::Domain& domain, int64_t time);

  size_t count() const { return snapshots_.size(); }
  const FoldMarks& marks(size_t index) const { return snapshots_[index].marks; }
  // The oldest snapshot that is at most `rows` rows back, else the newest. Requires: count() > 0.
  size_t within(const FoldState& state, size_t rows) const;
  // Forgets the snapshots before `index` and takes its past out of the state and the other
  // snapshots; from then on a rewind that goes further back loses what was in it. Returns the
  // warnings and outputs that only such a rewind can change.
  Settled cut(FoldState& state, size_t index, const Horizon& horizon, const Past& past);

  size_t bytes() const { return bytes_; }

 private:
  struct Snapshot {
    FoldMarks marks;
    std::vector<uint32_t> ring_sizes;
    std::vector<size_t> endings;
    std::vector<size_t> fallen_due;
    uint32_t warnings;
    std::vector<std::pair<uint32_t, Warning>> open;
    size_t outputs;
    size_t bytes;
  };
  void thin_out();
  std::vector<Warning> take_settled(FoldState& state);

  std::vector<Snapshot> snapshots_;  // ascending position
  uint32_t next_ = 0;                // rows at which to take one; 0: not known yet
  size_t bytes_ = 0;
};

}  // namespace tocsin
