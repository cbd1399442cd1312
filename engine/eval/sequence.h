// The search for the earlier records of a sequence, once its last record is bound.
//
// `then` means strictly later, and not later than the span after the record before (language.md 6,
// 11). Records are bound from the last backwards. A choice for one step that led nowhere is not
// tried again for the same later records that earlier steps look at, so that a search costs no more
// than rows times steps times what conditions tie together. A condition that ties many records
// together can still ask for all ways through the rows: such a search gives up after
// limits::kSequenceLooksMax.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>

#include "engine/eval/evaluator.h"
#include "rules-dsl/limits.h"

namespace tocsin {

class Sequence {
 public:
  // Requires: the evaluator is attached to the key's state. A search that gives up is noted there
  // as a fault.
  Sequence(const plan::RulePlan& rule, Evaluator& evaluator)
      : rule_(rule),
        state_(evaluator.state()),
        calendar_(evaluator.calendar()),
        evaluator_(evaluator) {}

  // Binds the steps before `last`, latest records first, so that checked(k) holds for each and
  // accept() at the end. Steps that are bound stay bound when it returns true. accept() may look at
  // any bound record.
  template <class Checked, class Accept>
  bool latest_first(size_t last, Bindings& bindings, Checked&& checked, Accept&& accept) {
    dead_ends_.clear();
    return bind_latest(last, bindings, checked, accept);
  }

  // The same with the first step given, earliest records first.
  template <class Checked, class Accept>
  bool earliest_from(const Row& first, size_t last, Bindings& bindings, Checked&& checked,
                     Accept&& accept) {
    dead_ends_.clear();
    return bind_earliest(first, last, bindings, checked, accept);
  }

  // A search ended without an answer. There is none to later ones either.
  bool gave_up() const { return looks_ > limits::kSequenceLooksMax; }

 private:
  // The row chosen for a step, and the later rows that the steps before it look at, by their steps.
  struct Choice {
    size_t step = 0;
    std::array<const Row*, limits::kStepsMax> rows{};
    friend bool operator==(const Choice&, const Choice&) = default;
  };
  struct ChoiceHash {
    size_t operator()(const Choice& choice) const;
  };

  template <class Checked, class Accept>
  bool bind_latest(size_t step, Bindings& bindings, Checked& checked, Accept& accept) {
    if (step == 0) return accept();
    if (is_dead_end(step, bindings)) return false;
    const auto [begin, end] = candidates(step - 1, *bindings.bound[step]);
    for (const Row* const* at = end; at != begin;) {
      const Row& row = **--at;
      if (!may_look()) return false;
      if (!reaches(row, step, *bindings.bound[step])) continue;
      bindings.bound[step - 1] = &row;
      if (checked(step - 1) && bind_latest(step - 1, bindings, checked, accept)) return true;
    }
    note_dead_end(step, bindings);
    return false;
  }

  template <class Checked, class Accept>
  bool bind_earliest(const Row& first, size_t step, Bindings& bindings, Checked& checked,
                     Accept& accept) {
    if (!may_look()) return false;
    if (step == 1) {
      const Row& second = *bindings.bound[1];
      if (time_of(first, 0) >= second.time || !reaches(first, 1, second)) return false;
      bindings.bound[0] = &first;
      return checked(0) && accept();
    }
    if (is_dead_end(step, bindings)) return false;
    const auto [begin, end] = candidates(step - 1, *bindings.bound[step]);
    for (const Row* const* at = begin; at != end; ++at) {
      if (!may_look()) return false;
      if (!reaches(**at, step, *bindings.bound[step])) continue;
      bindings.bound[step - 1] = *at;
      if (checked(step - 1) && bind_earliest(first, step - 1, bindings, checked, accept))
        return true;
    }
    note_dead_end(step, bindings);
    return false;
  }

  bool may_look() {
    if (++looks_ == limits::kSequenceLooksMax + 1) evaluator_.note_fault();
    return !gave_up();
  }
  // Worth remembering only where more than one way can lead to the same choice.
  bool remembers(size_t step) const { return step + 1 < rule_.steps.size(); }
  Choice choice(size_t step, const Bindings& bindings) const;
  bool is_dead_end(size_t step, const Bindings& bindings) const {
    return remembers(step) && dead_ends_.contains(choice(step, bindings));
  }
  void note_dead_end(size_t step, const Bindings& bindings) {
    if (remembers(step)) dead_ends_.insert(choice(step, bindings));
  }

  // Rows of the step's type before `next`, without those that are certainly too old.
  std::pair<const Row* const*, const Row* const*> candidates(size_t step, const Row& next) const;
  // `next`, of step `step`, comes within the step's span after `row`.
  bool reaches(const Row& row, size_t step, const Row& next) const {
    return evaluator_.reaches(time_of(row, step - 1), rule_.steps[step].within, next.time);
  }
  // When the row counts as the step: when it came, or when it fell due.
  int64_t time_of(const Row& row, size_t step) const {
    const int life = rule_.steps[step].due_of;
    return life == plan::kNoLife ? row.time : due_time_of(row, static_cast<size_t>(life));
  }
  int64_t due_time_of(const Row& row, size_t life) const;

  const plan::RulePlan& rule_;
  const FoldState& state_;
  const Calendar& calendar_;
  Evaluator& evaluator_;
  uint64_t looks_ = 0;
  boost::unordered_flat_set<Choice, ChoiceHash> dead_ends_;
};

}  // namespace tocsin
