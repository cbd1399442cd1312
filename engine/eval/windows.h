// Windows over the rows of one key: which rows are inside at a time, and sums kept up to date row
// by row.
//
// A row is inside a window from crossing its enter edge until crossing its leave edge (language.md
// 11: `over D`, `ago E`).
#pragma once

#include <functional>

#include "engine/eval/evaluator.h"
#include "engine/eval/fold_state.h"

namespace tocsin {

// When `row_time` crosses the edge.
int64_t crossing(const plan::Edge& edge, int64_t row_time, const Calendar& calendar);

class Windows {
 public:
  Windows(const plan::Domain& domain, const Calendar& calendar, Evaluator& evaluator,
          FoldState& state)
      : domain_(domain), calendar_(calendar), evaluator_(evaluator), state_(state) {}

  // Takes in one row at its own time. Requires: not before any row already taken in.
  void add(const Row& row);
  // Lets rows cross the edge up to `time`; true when any did.
  bool cross(uint32_t edge, int64_t time);
  // The next crossing of the edge; INT64_MAX when no row waits for it.
  int64_t next_crossing(uint32_t edge);

  // The value of an aggregate at `bindings.time`.
  Value aggregate(uint32_t index, Bindings& bindings);
  // The rows that the aggregate covers, earliest first.
  void covered(uint32_t index, Bindings& bindings, std::vector<const Row*>& rows);

 private:
  void queue(uint32_t edge);
  void count(uint32_t aggregate, const Row& row, bool entering);
  bool crossed(int edge, const Row& row, int64_t time) const;
  bool inside(const plan::AggregatePlan& plan, const Row& row, int64_t time) const;
  const Row* const* oldest(const plan::AggregatePlan& plan, int64_t time) const;
  Value end_value(const plan::AggregatePlan& plan, Bindings& bindings, bool last);
  Value counted_value(const plan::AggregatePlan& plan, const ExactSum& sum) const;
  Value scanned_value(const plan::AggregatePlan& plan, Bindings& bindings,
                      std::vector<const Row*>& rows);

  const plan::Domain& domain_;
  const Calendar& calendar_;
  Evaluator& evaluator_;
  FoldState& state_;
};

}  // namespace tocsin
