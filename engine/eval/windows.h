// Windows over the rows of one key: which rows are inside at a time, and sums kept up to date row
// by row.
//
// A row is inside a window from crossing its enter edge until crossing its leave edge (language.md
// 11: `over D`, `ago E`).
#pragma once

#include <functional>
#include <span>

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

  // Whether the aggregate may run over the row, window and `where` aside: it is the key's, or that
  // of one within reach.
  bool sees(const plan::AggregatePlan& plan, const Row& row) const;
  bool too_many(const plan::AggregatePlan& plan) const;
  // A row begins or ceases to count in a counted aggregate.
  void count(uint32_t aggregate, const Row& row, bool entering);

  // The value of an aggregate at `bindings.time`.
  Value aggregate(uint32_t index, Bindings& bindings);
  // The rows that the aggregate covers, earliest first.
  void covered(uint32_t index, Bindings& bindings, std::vector<const Row*>& rows);

 private:
  void queue(uint32_t edge);
  void count_seen(uint32_t aggregate, const Row& row, bool entering);
  void take_reach(uint32_t reach, const Row& row);
  void count_all(uint32_t reach, std::string_view name, bool entering);
  bool stands_inside(const plan::AggregatePlan& plan, const Row& row) const;
  bool crossed(int edge, const Row& row, int64_t time) const;
  bool never_inside(const plan::AggregatePlan& plan, const Row& row) const;
  bool inside(const plan::AggregatePlan& plan, const Row& row, int64_t time) const;
  using Rows = std::span<const Row* const>;
  Rows candidates(const plan::AggregatePlan& plan, int64_t time,
                  std::vector<const Row*>& living) const;
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
