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
  return out_of_reach(row) && std::find(pinned.begin(), pinned.end(), &row) == pinned.end();
}

Horizon::Horizon(const plan::Domain& domain)
    : domain_(domain), keeps_all_(domain.types.size(), false) {
  note_aggregates();
  for (uint32_t number = 0; number < domain.rules.size(); ++number) note_steps(number);
}

// Without an end, a sum that is kept row by row is all that is needed; but evidence and other
// values are had from the rows.
void Horizon::note_aggregates() {
  for (const plan::AggregatePlan& plan : domain_.aggregates) {
    if (plan.leave == plan::kNoEdge && !plan.counted) keeps_all_[plan.type] = true;
  }
  for (const plan::RulePlan& rule : domain_.rules) {
    for (uint32_t index : rule.evidence) {
      const plan::AggregatePlan& plan = domain_.aggregates[index];
      if (plan.leave == plan::kNoEdge) keeps_all_[plan.type] = true;
    }
  }
}

void Horizon::note_steps(uint32_t number) {
  const plan::RulePlan& rule = domain_.rules[number];
  int64_t span = 0;  // from the step to the last
  for (size_t step = rule.steps.size(); step-- > 0;) {
    uses_.push_back({number, rule.steps[step].type, span});
    span = sum(span, Calendar::longest_micros(rule.steps[step].within));
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
  past.pinned = marks.profile;
  past.pinned.push_back(marks.first);
  return past;
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
