// Windows, third part: who is within reach, and whose rows count therefore.
#include "engine/eval/windows.h"

namespace tocsin {

bool Windows::sees(const plan::AggregatePlan& plan, const Row& row) const {
  if (plan.reach == plan::kNoReach) return true;
  if (row.subject() == evaluator_.key_text()) return !plan.excluding_self;
  return state_.reaches[static_cast<size_t>(plan.reach)].names->contains(row.subject());
}

bool Windows::too_many(const plan::AggregatePlan& plan) const {
  return plan.reach != plan::kNoReach && state_.reaches[static_cast<size_t>(plan.reach)].too_many;
}

// A row that tells who comes within reach or leaves it. When there are too many, all leave first,
// or come last.
void Windows::take_reach(uint32_t reach, const Row& row) {
  using Event = plan::ReachEvent;
  ReachState& at = state_.reaches[reach];
  const auto event = static_cast<Event>(row.value(plan::kReachEventSlot).integer());
  if (event == Event::kTooMany || event == Event::kEnough) {
    at.too_many = event == Event::kTooMany;
    return;
  }
  if (at.names.use_count() > 1) at.names = std::make_shared<WithinReach>(*at.names);
  const bool was_in = at.names->contains(row.subject());
  if (event == Event::kIn) {
    (*at.names)[row.subject()] = &row;
    if (!was_in) count_all(reach, row.subject(), true);
  } else {
    count_all(reach, row.subject(), false);
    at.names->erase(row.subject());
  }
}

// The rows of one name come into the counted aggregates of a reach, or go: those that stand inside
// by what has crossed so far.
void Windows::count_all(uint32_t reach, std::string_view name, bool entering) {
  for (uint32_t index = 0; index < domain_.aggregates.size(); ++index) {
    const plan::AggregatePlan& plan = domain_.aggregates[index];
    if (plan.reach != static_cast<int>(reach) || !plan.counted) continue;
    if (plan.state != dsl::RecordState::kAny) {
      state_.lives[plan.life].living.for_each([&](const Living& one) {
        const bool so = plan.state == dsl::RecordState::kInForce || one.overdue;
        if (so && one.row->subject() == name) count_seen(index, *one.row, entering);
      });
      continue;
    }
    for (const Row* row : state_.rings[plan.type]) {
      if (row->subject() == name && stands_inside(plan, *row)) count_seen(index, *row, entering);
    }
  }
}

bool Windows::stands_inside(const plan::AggregatePlan& plan, const Row& row) const {
  const auto has_crossed = [&](int edge) {
    const auto number = static_cast<size_t>(edge);
    return crossing(domain_.edges[number], row.time, calendar_) <= state_.edges[number].crossed_to;
  };
  if (plan.enter != plan::kNoEdge && !has_crossed(plan.enter)) return false;
  return plan.leave == plan::kNoEdge || !has_crossed(plan.leave);
}

}  // namespace tocsin
