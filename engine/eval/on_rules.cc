// KeyFold: `on … then …`. Earlier records are sought when the last one comes, from the last
// backwards.
#include "engine/eval/key_fold.h"
#include "engine/eval/sequence.h"

namespace tocsin {

bool KeyFold::checked(const plan::RulePlan& rule, size_t step, Bindings& bindings) {
  for (plan::NodeId check : rule.steps[step].checks) {
    if (!evaluator_.is_true(check, bindings)) return false;
  }
  return true;
}

void KeyFold::last_record(uint32_t number, const Row& row, Bindings& bindings) {
  const plan::RulePlan& rule = domain_.rules[number];
  if (rule.absence) return anchor(number, row, bindings);
  if (rule.each) return each_last_record(number, row, bindings);
  const size_t last = rule.steps.size() - 1;
  bindings.bound[last] = &row;
  if (!checked(rule, last, bindings)) return;
  Sequence sequence(rule, evaluator_);
  const bool found = sequence.latest_first(
      last, bindings, [&](size_t step) { return checked(rule, step, bindings); },
      [] { return true; });
  if (found) raise_on(number, bindings);
}

// `time`: when it counts as the first step.
void KeyFold::first_record(uint32_t number, const Row& row, int64_t time) {
  const plan::RulePlan& rule = domain_.rules[number];
  Bindings bindings{.time = time, .row = nullptr, .bound = {&row}};
  for (plan::NodeId check : rule.steps[0].early) {
    if (!evaluator_.is_true(check, bindings)) return;
  }
  int64_t expires = time;  // a bound: calendar spans are not monotone, so the exact one is no sum
  for (size_t step = 1; step < rule.steps.size(); ++step) {
    expires += evaluator_.calendar().longest_micros(rule.steps[step].within);
  }
  state_->rules[number].firsts.push_back({&row, expires});
}

// Every first record that still waits and that this last one completes.
void KeyFold::each_last_record(uint32_t number, const Row& row, Bindings& bindings) {
  const plan::RulePlan& rule = domain_.rules[number];
  const size_t last = rule.steps.size() - 1;
  std::vector<PendingFirst>& firsts = state_->rules[number].firsts;
  std::erase_if(firsts, [&](const PendingFirst& first) { return first.expires < row.time; });
  bindings.bound[last] = &row;
  if (firsts.empty() || !checked(rule, last, bindings)) return;
  Sequence sequence(rule, evaluator_);
  std::erase_if(firsts, [&](const PendingFirst& first) {
    const bool found = sequence.earliest_from(
        *first.row, last, bindings, [&](size_t step) { return checked(rule, step, bindings); },
        [] { return true; });
    if (found) raise_on(number, bindings);
    return found;
  });
}

}  // namespace tocsin
