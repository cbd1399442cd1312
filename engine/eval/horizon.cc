#include "engine/eval/horizon.h"

#include <algorithm>

#include "rules-dsl/value/calendar.h"

namespace tocsin {

namespace {

int64_t sum(int64_t a, int64_t b) {
  int64_t result = 0;
  return __builtin_add_overflow(a, b, &result) ? INT64_MAX : result;
}

int64_t earlier(int64_t time, int64_t span) {
  int64_t result = 0;
  return __builtin_sub_overflow(time, span, &result) ? INT64_MIN : result;
}

// The first row of the ring that has not crossed the edge.
uint32_t first_waiting(const EdgeState& edge) {
  uint32_t first = edge.head;
  for (const auto& [time, index] : edge.waiting) first = std::min(first, index);
  return first;
}

}  // namespace

bool Past::drops(const Row& row) const {
  return out_of_reach(row) && !std::binary_search(pinned.begin(), pinned.end(), &row);
}

Horizon::Horizon(const plan::Domain& domain, const Calendar& calendar)
    : domain_(domain), keeps_all_(domain.types.size(), false) {
  note_aggregates();
  note_lifetimes();
  for (uint32_t number = 0; number < domain.rules.size(); ++number) note_steps(number, calendar);
}

// Without an end, a sum that is kept row by row is all that is needed; but evidence and other
// values are had from the rows.
void Horizon::note_aggregates() {
  for (const plan::AggregatePlan& plan : domain_.aggregates) {
    if (plan.state != dsl::RecordState::kAny) continue;
    const bool summed = plan.counted && plan.reach == plan::kNoReach;
    if (plan.leave == plan::kNoEdge && !summed) keeps_all_[plan.type] = true;
  }
  for (const plan::ReachPlan& reach : domain_.reaches) keeps_all_[reach.type] = true;
  for (const plan::LinkPlan& link : domain_.links) {
    for (const plan::LinkEdgePlan& edge : link.edges) {
      keeps_all_[edge.type] = true;
      for (const plan::LinkEdgePlan::Ending& ending : edge.endings) {
        keeps_all_[ending.type] = true;
      }
    }
  }
  for (const plan::RulePlan& rule : domain_.rules) {
    for (uint32_t index : rule.evidence) {
      const plan::AggregatePlan& plan = domain_.aggregates[index];
      if (plan.state != dsl::RecordState::kAny) continue;
      if (plan.leave == plan::kNoEdge) keeps_all_[plan.type] = true;
    }
  }
}

// A record may come that an earlier one has ended before it began, so none of those can go. And an
// end asks for the profile as it was at the beginning.
void Horizon::note_lifetimes() {
  for (const plan::RekeyPlan& rekey : domain_.rekeys) {
    if (!rekey.began) continue;
    for (uint32_t field : rekey.fields) {
      for (const plan::ProfileSourcePlan& source : domain_.profile[field].sources) {
        keeps_all_[source.type] = true;
      }
    }
  }
  for (const plan::UntilPlan& until : domain_.untils) keeps_all_[until.type] = true;
}

void Horizon::note_steps(uint32_t number, const Calendar& calendar) {
  const plan::RulePlan& rule = domain_.rules[number];
  int64_t span = 0;  // from the step to the last
  for (size_t step = rule.steps.size(); step-- > 0;) {
    const int life = rule.steps[step].due_of;
    if (life == plan::kNoLife) {
      uses_.push_back({number, rule.steps[step].type, span});
    } else {
      due_uses_.push_back({number, static_cast<uint16_t>(life), span});
    }
    span = sum(span, calendar.longest_micros(rule.steps[step].within));
  }
  if (rule.absence) uses_.push_back({number, rule.absence->type, 0});
}

std::vector<int64_t> Horizon::waits_from(const FoldMarks& marks) const {
  std::vector<int64_t> from(domain_.rules.size(), marks.position);
  for (const Deadline& deadline : marks.deadlines) {
    from[deadline.rule] = std::min(from[deadline.rule], deadline.anchor->time);
  }
  return from;
}

Past Horizon::past(const FoldMarks& marks, const FoldState& state) const {
  Past past;
  past.before.assign(domain_.types.size(), marks.position);
  past.waits_from = waits_from(marks);
  for (const Use& use : uses_) {
    int64_t& before = past.before[use.type];
    before = std::min(before, earlier(past.waits_from[use.rule], use.span));
  }
  for (size_t type = 0; type < keeps_all_.size(); ++type) {
    if (keeps_all_[type]) past.before[type] = INT64_MIN;
  }
  for (size_t type = 0; type < state.rings.size(); ++type) {
    const auto& ring = state.rings[type];
    const auto needed = std::partition_point(
        ring.begin(), ring.end(), [&](const Row* row) { return row->time < past.before[type]; });
    past.ring_rows.push_back(static_cast<uint32_t>(needed - ring.begin()));
  }
  for (size_t edge = 0; edge < marks.edges.size(); ++edge) {
    uint32_t& rows = past.ring_rows[domain_.edges[edge].type];
    rows = std::min(rows, first_waiting(marks.edges[edge]));
  }
  for (size_t type = 0; type < state.rings.size(); ++type) {
    const auto& ring = state.rings[type];
    const uint32_t rows = past.ring_rows[type];
    past.first_needed.push_back(rows < ring.size() ? ring[rows] : nullptr);
  }
  pin(past, marks, state);
  return past;
}

// What is in force or has fallen due is seen however old it is.
void Horizon::pin(Past& past, const FoldMarks& marks, const FoldState& state) const {
  past.pinned = marks.profile;
  past.pinned.push_back(marks.first);
  std::vector<int64_t> due_before(domain_.lives.size(), marks.position);
  for (const Use& use : due_uses_) {
    int64_t& before = due_before[use.type];
    before = std::min(before, earlier(past.waits_from[use.rule], use.span));
  }
  for (size_t life = 0; life < marks.lives.size(); ++life) {
    marks.lives[life].living.for_each([&](const Living& living) {
      if (living.row != nullptr) past.pinned.push_back(living.row);
      past.pinned.insert(past.pinned.end(), living.bound.begin(), living.bound.end());
    });
    const FallenDue& fallen = state.fallen_due[life];
    const auto needed =
        std::lower_bound(fallen.times.begin(), fallen.times.end(), due_before[life]);
    past.fallen_due.push_back(static_cast<size_t>(needed - fallen.times.begin()));
    past.pinned.insert(past.pinned.end(), fallen.rows.begin() + (needed - fallen.times.begin()),
                       fallen.rows.end());
  }
  for (const Deadline& deadline : marks.deadlines) past.pinned.push_back(deadline.anchor);
  std::sort(past.pinned.begin(), past.pinned.end());
}

void Horizon::forget(const Past& past, FoldMarks& marks) const {
  for (size_t edge = 0; edge < marks.edges.size(); ++edge) {
    const uint32_t rows = past.ring_rows[domain_.edges[edge].type];
    marks.edges[edge].head -= rows;
    for (auto& [time, index] : marks.edges[edge].waiting) index -= rows;
  }
  for (size_t number = 0; number < marks.rules.size(); ++number) {
    RuleState& rule = marks.rules[number];
    std::erase_if(rule.firsts, [&](const PendingFirst& first) {
      return first.expires < past.waits_from[number];
    });
    std::erase_if(rule.answered, [&](const Row* anchor) { return past.drops(*anchor); });
  }
}

}  // namespace tocsin
