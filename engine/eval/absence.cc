// KeyFold: `then no … within | before`. An anchor expects an answer until its deadline.
#include <algorithm>

#include "engine/eval/key_fold.h"
#include "engine/eval/sequence.h"

namespace tocsin {

namespace {

bool later(const Deadline& a, const Deadline& b) { return a.time > b.time; }

}  // namespace

// The moment from which an answer is expected.
int64_t KeyFold::anchor_time(const plan::RulePlan& rule, Bindings& bindings) {
  const plan::StepPlan& step = rule.steps.back();
  const Row& anchor = *bindings.bound[rule.steps.size() - 1];
  if (step.due_of == plan::kNoLife) return anchor.time;
  return due_time(domain_.lives[static_cast<size_t>(step.due_of)], anchor, evaluator_);
}

int64_t KeyFold::deadline_of(const plan::RulePlan& rule, Bindings& bindings) {
  const int64_t anchor = anchor_time(rule, bindings);
  const plan::AbsencePlan& absence = *rule.absence;
  if (absence.before == plan::kNoNode) {
    return evaluator_.plus(anchor, absence.within);
  }
  return std::max(instant_of(evaluator_.eval(absence.before, bindings), evaluator_.calendar()),
                  anchor);
}

void KeyFold::anchor(uint32_t number, const Row& row, Bindings& bindings) {
  const plan::RulePlan& rule = domain_.rules[number];
  const size_t last = rule.steps.size() - 1;
  bindings.bound[last] = &row;
  for (plan::NodeId check : rule.steps[last].early) {
    if (!evaluator_.is_true(check, bindings)) return;
  }
  if (rule.absence->anchor_only) {
    return expect_answer(number, row, deadline_of(rule, bindings));
  }
  std::vector<int64_t> deadlines;  // of every choice of earlier records, whether it fits or not
  Sequence sequence(rule, evaluator_);
  sequence.latest_first(
      last, bindings, [](size_t) { return true; },
      [&] {
        deadlines.push_back(deadline_of(rule, bindings));
        return false;
      });
  std::sort(deadlines.begin(), deadlines.end());
  deadlines.erase(std::unique(deadlines.begin(), deadlines.end()), deadlines.end());
  for (int64_t deadline : deadlines) expect_answer(number, row, deadline);
}

void KeyFold::expect_answer(uint32_t number, const Row& row, int64_t deadline) {
  if (deadline == Calendar::kNever) return;
  state_->deadlines.push_back({deadline, number, &row});
  std::push_heap(state_->deadlines.begin(), state_->deadlines.end(), later);
}

void KeyFold::fire_deadlines(Bindings& bindings) {
  std::vector<Deadline>& waiting = state_->deadlines;
  std::vector<Deadline> due;
  while (!waiting.empty() && waiting.front().time <= bindings.time) {
    due.push_back(waiting.front());
    std::pop_heap(waiting.begin(), waiting.end(), later);
    waiting.pop_back();
  }
  std::sort(due.begin(), due.end(), [](const Deadline& a, const Deadline& b) {
    return a.rule != b.rule ? a.rule < b.rule : order(*a.anchor, *b.anchor) < 0;
  });
  for (const Deadline& deadline : due) {
    for_rule(deadline.rule, [&] { fire_deadline(deadline, bindings); });
  }
}

void KeyFold::fire_deadline(const Deadline& deadline, Bindings& bindings) {
  const plan::RulePlan& rule = domain_.rules[deadline.rule];
  RuleState& at = state_->rules[deadline.rule];
  const size_t last = rule.steps.size() - 1;
  bindings.bound[last] = deadline.anchor;
  if (at.answered.contains(deadline.anchor) || !checked(rule, last, bindings)) return;
  Sequence sequence(rule, evaluator_);
  const auto check = [&](size_t step) { return checked(rule, step, bindings); };
  const auto accept = [&] {
    return deadline_of(rule, bindings) == bindings.time && !answered(rule, bindings);
  };
  if (rule.each) {
    std::erase_if(at.firsts, [&](const PendingFirst& first) {
      const bool found = sequence.earliest_from(*first.row, last, bindings, check, accept);
      if (found) raise_on(deadline.rule, bindings);
      return found;
    });
    return;
  }
  if (!sequence.latest_first(last, bindings, check, accept)) return;
  if (!rule.absence->anchor_only) at.answered.insert(deadline.anchor);
  raise_on(deadline.rule, bindings);
}

// Some fitting record came after the anchor, by now.
bool KeyFold::answered(const plan::RulePlan& rule, Bindings& bindings) {
  const int64_t anchor = anchor_time(rule, bindings);
  const std::vector<const Row*>& ring = state_->rings[rule.absence->type];
  const auto after = std::partition_point(ring.begin(), ring.end(),
                                          [&](const Row* row) { return row->time <= anchor; });
  const Row*& answer = bindings.bound[rule.steps.size()];
  for (auto at = after; at != ring.end(); ++at) {
    answer = *at;
    if (rule.absence->where == plan::kNoNode || evaluator_.is_true(rule.absence->where, bindings)) {
      return true;
    }
  }
  return false;
}

}  // namespace tocsin
