// The search for the earlier records of a sequence, once its last record is bound.
//
// `then` means strictly later, and not later than the span after the record before (language.md 6, 11).
#pragma once

#include "engine/eval/evaluator.h"

namespace tocsin {

class Sequence {
 public:
  Sequence(const plan::RulePlan& rule, const FoldState& state, const Calendar& calendar)
      : rule_(rule), state_(state), calendar_(calendar) {}

  // Binds the steps before `step`, latest records first, so that checked(k) holds for each and accept() at the
  // end. Steps that are bound stay bound when it returns true.
  template <class Checked, class Accept>
  bool latest_first(size_t step, Bindings& bindings, Checked&& checked, Accept&& accept) const {
    if (step == 0) return accept();
    const auto [begin, end] = candidates(step - 1, *bindings.bound[step]);
    for (const Row* const* at = end; at != begin;) {
      const Row& row = **--at;
      if (!reaches(row, step, *bindings.bound[step])) continue;
      bindings.bound[step - 1] = &row;
      if (checked(step - 1) && latest_first(step - 1, bindings, checked, accept)) return true;
    }
    return false;
  }

  // The same with the first step given, earliest records first.
  template <class Checked, class Accept>
  bool earliest_from(const Row& first, size_t step, Bindings& bindings, Checked&& checked,
                     Accept&& accept) const {
    if (step == 1) {
      const Row& second = *bindings.bound[1];
      if (first.time >= second.time || !reaches(first, 1, second)) return false;
      bindings.bound[0] = &first;
      return checked(0) && accept();
    }
    const auto [begin, end] = candidates(step - 1, *bindings.bound[step]);
    for (const Row* const* at = begin; at != end; ++at) {
      if (!reaches(**at, step, *bindings.bound[step])) continue;
      bindings.bound[step - 1] = *at;
      if (checked(step - 1) && earliest_from(first, step - 1, bindings, checked, accept)) {
        return true;
      }
    }
    return false;
  }

 private:
  // Rows of the step's type before `next`, without those that are certainly too old.
  std::pair<const Row* const*, const Row* const*> candidates(size_t step, const Row& next) const;
  // `next`, of step `step`, comes within the step's span after `row`.
  bool reaches(const Row& row, size_t step, const Row& next) const {
    return next.time <= calendar_.plus(row.time, rule_.steps[step].within);
  }

  const plan::RulePlan& rule_;
  const FoldState& state_;
  const Calendar& calendar_;
};

}  // namespace tocsin
