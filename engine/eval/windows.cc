#include "engine/eval/windows.h"

#include <algorithm>

namespace tocsin {

namespace {

using Waiting = std::pair<int64_t, uint32_t>;
constexpr auto kLater = std::greater<Waiting>();

}  // namespace

int64_t crossing(const plan::Edge& edge, int64_t row_time, const Calendar& calendar) {
  if (!edge.calendar) return row_time + edge.ago.micros + edge.over.micros;
  int64_t time = row_time;
  if (edge.ago != TimeSpan{}) time = calendar.plus(time, edge.ago);
  if (time != Calendar::kNever && edge.over != TimeSpan{}) time = calendar.plus(time, edge.over);
  return time;
}

void Windows::add(const Row& row) {
  const plan::TypeUse& use = domain_.types[row.type];
  if (use.reach != plan::kNoReach) return take_reach(static_cast<uint32_t>(use.reach), row);
  if (!use.kept) return;
  std::vector<const Row*>& ring = state_.rings[row.type];
  ring.push_back(&row);
  for (uint32_t aggregate : use.entering) count(aggregate, row, true);
  for (uint32_t field : use.profile) {
    for (const plan::ProfileSourcePlan& source : domain_.profile[field].sources) {
      if (source.type != row.type || row.value(source.slot).is_missing()) continue;
      state_.profile[field] = &row;
      state_.profile_slot[field] = source.slot;
    }
  }
}

void Windows::count(uint32_t aggregate, const Row& row, bool entering) {
  if (sees(domain_.aggregates[aggregate], row)) count_seen(aggregate, row, entering);
}

void Windows::count_seen(uint32_t aggregate, const Row& row, bool entering) {
  const plan::AggregatePlan& plan = domain_.aggregates[aggregate];
  Bindings bindings{.time = row.time, .row = &row, .bound = {}};
  if (never_inside(plan, row)) return;
  if (plan.where != plan::kNoNode && !evaluator_.is_true(plan.where, bindings)) return;
  Value value = Value::of_int(1);
  if (plan.value != plan::kNoNode) value = evaluator_.eval(plan.value, bindings);
  if (value.is_missing()) return;
  ExactSum& sum = state_.sums[aggregate];
  if (entering) {
    sum.add(value);
  } else {
    sum.subtract(value);
  }
}

// Months differ in length, so rows may cross out of order: those that can be the next wait in a
// heap, ordered by their crossing. One whose crossing is missing never crosses.
void Windows::queue(uint32_t number) {
  const plan::Edge& edge = domain_.edges[number];
  EdgeState& at = state_.edges[number];
  const std::vector<const Row*>& ring = state_.rings[edge.type];
  const int64_t soonest =
      Calendar::shortest_micros(edge.ago) + Calendar::shortest_micros(edge.over);
  while (at.head < ring.size() &&
         (at.waiting.empty() || ring[at.head]->time + soonest <= at.waiting.front().first)) {
    const int64_t time = crossing(edge, ring[at.head]->time, calendar_);
    if (time != Calendar::kNever || !edge.workdays) {
      at.waiting.emplace_back(time, at.head);
      std::push_heap(at.waiting.begin(), at.waiting.end(), kLater);
    }
    ++at.head;
  }
}

bool Windows::cross(uint32_t number, int64_t time) {
  const plan::Edge& edge = domain_.edges[number];
  EdgeState& at = state_.edges[number];
  const std::vector<const Row*>& ring = state_.rings[edge.type];
  at.crossed_to = std::max(at.crossed_to, time);
  bool any = false;
  const auto take = [&](const Row& row) {
    any = true;
    for (uint32_t aggregate : edge.entering) count(aggregate, row, true);
    for (uint32_t aggregate : edge.leaving) count(aggregate, row, false);
  };
  if (!edge.calendar) {
    while (at.head < ring.size() && crossing(edge, ring[at.head]->time, calendar_) <= time) {
      take(*ring[at.head++]);
    }
    return any;
  }
  for (queue(number); !at.waiting.empty() && at.waiting.front().first <= time; queue(number)) {
    take(*ring[at.waiting.front().second]);
    std::pop_heap(at.waiting.begin(), at.waiting.end(), kLater);
    at.waiting.pop_back();
  }
  return any;
}

int64_t Windows::next_crossing(uint32_t number) {
  const plan::Edge& edge = domain_.edges[number];
  const EdgeState& at = state_.edges[number];
  if (edge.calendar) {
    queue(number);
    return at.waiting.empty() ? INT64_MAX : at.waiting.front().first;
  }
  const std::vector<const Row*>& ring = state_.rings[edge.type];
  return at.head < ring.size() ? crossing(edge, ring[at.head]->time, calendar_) : INT64_MAX;
}

Value Windows::aggregate(uint32_t index, Bindings& bindings) {
  const plan::AggregatePlan& plan = domain_.aggregates[index];
  if (too_many(plan)) {
    evaluator_.note_too_many_names();
    return Value::missing();
  }
  if (plan.counted) {
    if (plan.enter != plan::kNoEdge) cross(static_cast<uint32_t>(plan.enter), bindings.time);
    if (plan.leave != plan::kNoEdge) cross(static_cast<uint32_t>(plan.leave), bindings.time);
    const Value value = counted_value(plan, state_.sums[index]);
    if (value.is_missing() && state_.sums[index].count() > 0) evaluator_.note_fault();
    return value;
  }
  const bool last = plan.kind == dsl::AggregateKind::kLast;
  if (plan.last_n == 0 && (last || plan.kind == dsl::AggregateKind::kFirst)) {
    return end_value(plan, bindings, last);
  }
  std::vector<const Row*> rows;
  covered(index, bindings, rows);
  return scanned_value(plan, bindings, rows);
}

bool Windows::crossed(int edge, const Row& row, int64_t time) const {
  return crossing(domain_.edges[static_cast<size_t>(edge)], row.time, calendar_) <= time;
}

bool Windows::inside(const plan::AggregatePlan& plan, const Row& row, int64_t time) const {
  if (!sees(plan, row)) return false;
  if (plan.enter != plan::kNoEdge && !crossed(plan.enter, row, time)) return false;
  if (plan.leave == plan::kNoEdge) return true;
  return !crossed(plan.leave, row, time) && !never_inside(plan, row);
}

// `t < r + D` is unknown where r + D leaves the calendar of working days (language.md 2, 11).
bool Windows::never_inside(const plan::AggregatePlan& plan, const Row& row) const {
  if (plan.leave == plan::kNoEdge) return false;
  const plan::Edge& edge = domain_.edges[static_cast<size_t>(plan.leave)];
  return edge.workdays && crossing(edge, row.time, calendar_) == Calendar::kNever;
}

// Of the rows in the ring, none before these can be inside: even the longest span has passed for
// it. Those in force, or overdue, are gathered in `living`.
Windows::Rows Windows::candidates(const plan::AggregatePlan& plan, int64_t time,
                                  std::vector<const Row*>& living) const {
  if (plan.state != dsl::RecordState::kAny) {
    state_.lives[plan.life].living.for_each([&](const Living& one) {
      if (plan.state == dsl::RecordState::kInForce || one.overdue) living.push_back(one.row);
    });
    return living;
  }
  const std::vector<const Row*>& ring = state_.rings[plan.type];
  if (plan.leave == plan::kNoEdge) return ring;
  const plan::Edge& edge = domain_.edges[static_cast<size_t>(plan.leave)];
  const int64_t reach = calendar_.longest_micros(edge.ago) + calendar_.longest_micros(edge.over);
  const auto begin = std::partition_point(ring.begin(), ring.end(),
                                          [&](const Row* row) { return row->time + reach < time; });
  return Rows(ring).subspan(static_cast<size_t>(begin - ring.begin()));
}

// The known value nearest to one end of the window.
Value Windows::end_value(const plan::AggregatePlan& plan, Bindings& bindings, bool last) {
  std::vector<const Row*> living;
  const Rows rows = candidates(plan, bindings.time, living);
  const Row* outer = bindings.row;
  Value value;
  for (size_t i = 0; i < rows.size() && value.is_missing(); ++i) {
    const Row* row = rows[last ? rows.size() - 1 - i : i];
    if (!inside(plan, *row, bindings.time)) continue;
    bindings.row = row;
    if (plan.where != plan::kNoNode && !evaluator_.is_true(plan.where, bindings)) continue;
    value = evaluator_.eval(plan.value, bindings);
  }
  bindings.row = outer;
  return value;
}

void Windows::covered(uint32_t index, Bindings& bindings, std::vector<const Row*>& rows) {
  const plan::AggregatePlan& plan = domain_.aggregates[index];
  if (too_many(plan)) return;
  std::vector<const Row*> living;
  const Rows all = candidates(plan, bindings.time, living);
  for (size_t i = all.size(); i-- > 0;) {
    if (!inside(plan, *all[i], bindings.time)) continue;
    if (plan.last_n != 0 && rows.size() == static_cast<size_t>(plan.last_n)) break;
    rows.push_back(all[i]);
  }
  std::reverse(rows.begin(), rows.end());
  if (plan.where == plan::kNoNode) return;
  const Row* outer = bindings.row;
  std::erase_if(rows, [&](const Row* row) {
    bindings.row = row;
    return !evaluator_.is_true(plan.where, bindings);
  });
  bindings.row = outer;
}

}  // namespace tocsin
