// What of a key's past no window and no pattern of the domain can see again.
//
// Windows say it themselves: rows before the last that waits at an edge are out of every window
// with an end, once all edges are crossed up to the present (KeyFold::settle()). For patterns the
// spans of their steps are added up, back from the present or from the oldest anchor that still
// waits for its deadline. An aggregate that may have to look at all rows of a type keeps all of
// them.
#pragma once

#include <vector>

#include "engine/eval/fold_state.h"

namespace tocsin {

// What a fold can do without as long as it goes back no further than to some marks.
struct Past {
  std::vector<uint32_t> ring_rows;       // by type: so many at the beginning of its ring
  std::vector<const Row*> first_needed;  // by type: the ring's next row; null when there is none
  std::vector<int64_t> before;           // by type: earlier rows, but for those in the ring's rest
  std::vector<int64_t> waits_from;       // by rule: no earlier record can become its last one
  std::vector<size_t> fallen_due;        // by life: so many at the beginning
  std::vector<const Row*> pinned;        // these not, however old; sorted

  bool out_of_reach(const Row& row) const {
    const Row* needed = first_needed[row.type];
    return row.time < before[row.type] && (needed == nullptr || order(row, *needed) < 0);
  }
  bool drops(const Row& row) const;
};

class Horizon {
 public:
  Horizon(const plan::Domain& domain, const Calendar& calendar);

  // Requires: `marks` are those of `state` or of one of its snapshots, settled.
  Past past(const FoldMarks& marks, const FoldState& state) const;
  // Takes out of the marks, or of later ones, what refers to dropped rows. Call while they live.
  void forget(const Past& past, FoldMarks& marks) const;

 private:
  // A rule's step looks at rows of the type so long before its last record.
  struct Use {
    uint32_t rule;
    uint16_t type;
    int64_t span;
  };
  void note_aggregates();
  void note_steps(uint32_t number, const Calendar& calendar);
  void note_lifetimes();
  void pin(Past& past, const FoldMarks& marks, const FoldState& state) const;
  std::vector<int64_t> waits_from(const FoldMarks& marks) const;

  const plan::Domain& domain_;
  std::vector<bool> keeps_all_;  // by type
  std::vector<Use> uses_;
  std::vector<Use> due_uses_;  // of what falls due, `type` being the number of the life
};

}  // namespace tocsin
