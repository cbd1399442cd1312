// KeyFold: `while` rules, one warning for every maximal interval in which the condition is true.
#include "engine/eval/key_fold.h"

namespace tocsin {

void KeyFold::evaluate_while(uint32_t number, Bindings& bindings) {
  const plan::RulePlan& rule = domain_.rules[number];
  RuleState& at = state_->rules[number];
  const bool active = exists_for(rule) && evaluator_.is_true(rule.condition, bindings);
  if (at.open < 0) {
    if (!active) return;
    raise(number, bindings);
    at.open = static_cast<int32_t>(state_->warnings.size() - 1);
    return;
  }
  const auto index = static_cast<uint32_t>(at.open);
  Warning& warning = state_->warnings[index];
  if (!active) {
    warning.cleared = warning.changed = bindings.time;
    warning.cause = cause_;
    at.open = -1;
    if (rule.told) tell_end(*rule.told, *warning.record);
    touch(index);
    return;
  }
  const uint8_t now = level(rule, bindings);
  if (now == warning.level) return;
  warning.level = now;
  warning.changed = bindings.time;
  warning.cause = cause_;
  describe(warning, rule, bindings);
  touch(index);
}

}  // namespace tocsin
