// The fold: a key's rows in time order, one instant a step, become the key's warnings.
//
// In order, a step costs what the new rows can change. Late rows, corrections and retractions take
// the fold back to before them and run the same steps again, so that there is one way to be right.
// One KeyFold a worker; attach() it to the key's state before use.
#pragma once

#include <span>

#include "engine/eval/windows.h"

namespace tocsin {

class KeyFold {
 public:
  KeyFold(const plan::Program& program, const plan::Domain& domain);

  void attach(FoldState& state, std::string_view key);

  // Takes in all rows of one instant, sorted; change points before it are passed first.
  // Requires: not empty, all of one time, later than state.position.
  void step(std::span<const Row* const> rows);
  // Passes every change point up to and including `time`.
  void advance(int64_t time);
  // The next change point if no row comes; INT64_MAX: none.
  int64_t next_change();
  // Lets rows cross every edge up to the state's position, also those that nobody has asked for:
  // changes no value, but shows what lies in the past (horizon.h).
  void settle();
  // Divisions by zero and overflows met so far, by rule of the program.
  const std::vector<uint64_t>& faults() const { return faults_; }

 private:
  void run(int64_t time, std::span<const Row* const> rows);
  void mark(const std::vector<uint32_t>& rules);
  Cause cause_of(std::span<const Row* const> rows) const;
  bool is_derived(const Row& row) const;  // put out by another fold
  void note_existence(std::span<const Row* const> rows);
  bool exists_for(const plan::RulePlan& rule) const;
  // Runs one rule's part of a step, and puts its faults to the rule's account.
  template <class Body>
  void for_rule(uint32_t rule, const Body& body) {
    const uint64_t before = evaluator_.faults();
    body();
    faults_[domain_.rules[rule].index] += evaluator_.faults() - before;
  }

  // while_rules.cc
  void evaluate_while(uint32_t rule, Bindings& bindings);
  // on_rules.cc
  void last_record(uint32_t rule, const Row& row, Bindings& bindings);
  void each_last_record(uint32_t rule, const Row& row, Bindings& bindings);
  void first_record(uint32_t rule, const Row& row);
  bool checked(const plan::RulePlan& rule, size_t step, Bindings& bindings);
  // absence.cc
  void anchor(uint32_t rule, const Row& row, Bindings& bindings);
  void expect_answer(uint32_t rule, const Row& row, int64_t deadline);
  void fire_deadlines(Bindings& bindings);
  void fire_deadline(const Deadline& deadline, Bindings& bindings);
  int64_t deadline_of(const plan::RulePlan& rule, Bindings& bindings);
  bool answered(const plan::RulePlan& rule, Bindings& bindings);
  // raise.cc
  void raise_on(uint32_t rule, Bindings& bindings);
  bool allowed(uint32_t rule, Bindings& bindings);
  Warning& raise(uint32_t rule, Bindings& bindings);
  void describe(Warning& warning, const plan::RulePlan& rule, Bindings& bindings);
  void collect_evidence(Warning& warning, const plan::RulePlan& rule, Bindings& bindings);
  std::string region(const plan::RulePlan& rule, const Bindings& bindings) const;
  uint8_t level(const plan::RulePlan& rule, Bindings& bindings);
  void touch(uint32_t warning);
  // Puts out a row for later layers (output_rows.h).
  void emit(uint32_t route, RowPtr row);
  void emit_rekeyed(const Row& row);
  void emit_record(const Warning& warning, const plan::RulePlan& rule, Bindings& bindings);

  const plan::Program& program_;
  const plan::Domain& domain_;
  Evaluator evaluator_;
  RowBuilder row_;
  std::vector<uint64_t> faults_;
  std::vector<uint32_t> timed_edges_;
  FoldState* state_ = nullptr;
  std::string_view key_;
  Cause cause_ = Cause::kRecord;
  std::vector<uint32_t> marked_;    // `while` rules to look at in this step
  std::vector<uint8_t> is_marked_;  // by rule
};

}  // namespace tocsin
