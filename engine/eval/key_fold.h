// The fold: a key's rows in time order, one instant a step, become the key's warnings.
//
// In order, a step costs what the new rows can change. Late rows, corrections and retractions take
// the fold back to before them and run the same steps again, so that there is one way to be right.
// One KeyFold a worker; attach() it to the key's state before use.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "engine/eval/lifetimes.h"
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
  // Met so far, by rule of the program.
  const std::vector<Faults>& faults() const { return faults_; }

 private:
  void run(int64_t time, std::span<const Row* const> rows);
  void mark(const std::vector<uint32_t>& rules);
  Cause cause_of(std::span<const Row* const> rows) const;
  const Row* first_own(std::span<const Row* const> rows) const;
  bool is_derived(const Row& row) const;  // put out by another fold
  void note_existence(std::span<const Row* const> rows);
  bool exists_for(const plan::RulePlan& rule) const;
  void note_missing_spans(const Row& row);
  // Runs one rule's part of a step, and puts its faults to the rule's account.
  template <class Body>
  void for_rule(uint32_t rule, const Body& body) {
    const Faults before = evaluator_.faults();
    body();
    faults_[domain_.rules[rule].index] += evaluator_.faults() - before;
  }

  // lifetimes.cc
  struct Arrival {  // of a record that ends others
    uint32_t until;
    const Row* row;
    uint64_t hash;
  };
  void live(std::span<const Row* const> rows);
  void note_faults_of_life(uint32_t life, const Faults& faults);
  void note_endings(std::span<const Row* const> rows);
  void begin(uint32_t life, const Row& row);
  void keep_open(const plan::RulePlan& rule, int64_t end, Bindings& bindings);
  void end_waiting(const Arrival& arrival);
  void end(uint32_t life, uint32_t which);
  void tell_end(const plan::EndRecordPlan& plan, const Row& row);
  void fall_due(uint32_t life, uint32_t which);
  void fire_fallen_due(Bindings& bindings);
  // When what begins now ends by itself; none when it has ended already.
  std::optional<int64_t> own_end(uint32_t life, Bindings& bindings);
  bool ends(const plan::UntilPlan& until, const Row& row, Bindings& bindings);
  void wait(uint32_t life, uint32_t which, int64_t end, Bindings& bindings);
  std::optional<uint64_t> hash(const std::vector<plan::NodeId>& nodes, Bindings& bindings);
  // while_rules.cc
  void evaluate_while(uint32_t rule, Bindings& bindings);
  // tellings.cc
  void start_periods(int64_t now);
  void tell_change(uint32_t rule, Bindings& bindings);
  void tell_period(uint32_t rule, Bindings& bindings);
  void tell_assessment(uint32_t rule, Bindings& bindings);
  void tell_draw(uint32_t rule, Bindings& bindings);
  std::array<uint64_t, 2> telling_id(uint32_t rule, int64_t time) const;
  // A telling as of now; its values and its message are still to be given.
  Warning& add_telling(uint32_t rule, const Bindings& bindings);
  std::string number(Value score) const;
  std::string_view grade_name(const plan::TellingPlan& telling, Value grade) const;
  // on_rules.cc
  void last_record(uint32_t rule, const Row& row, Bindings& bindings);
  void each_last_record(uint32_t rule, const Row& row, Bindings& bindings);
  void first_record(uint32_t rule, const Row& row, int64_t time);
  bool checked(const plan::RulePlan& rule, size_t step, Bindings& bindings);
  // absence.cc
  int64_t anchor_time(const plan::RulePlan& rule, Bindings& bindings);
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
  using Paths = std::set<std::pair<int64_t, std::string_view>>;  // shortest first
  void collect_paths(int reach, const std::vector<const Row*>& rows, Paths& paths) const;
  void collect_evidence(Warning& warning, const plan::RulePlan& rule, Bindings& bindings);
  std::string region(const plan::RulePlan& rule, const Bindings& bindings) const;
  uint8_t level(const plan::RulePlan& rule, Bindings& bindings);
  void touch(uint32_t warning);
  // Puts out a row for later layers (output_rows.h).
  void emit(uint32_t route, RowPtr row);
  void emit_rekeyed(const Row& row);
  void emit_record(Warning& warning, const plan::RulePlan& rule, Bindings& bindings,
                   Value grade_before = Value::missing());

  const plan::Program& program_;
  const plan::Domain& domain_;
  Evaluator evaluator_;
  RowBuilder row_;
  std::vector<Faults> faults_;
  std::vector<uint32_t> timed_edges_;
  std::vector<uint32_t> periodic_;  // rules: assessments and draws
  std::vector<uint32_t> timed_lives_;
  FoldState* state_ = nullptr;
  std::string_view key_;
  Cause cause_ = Cause::kRecord;
  std::vector<uint32_t> marked_;    // `while` rules to look at in this step
  std::vector<uint8_t> is_marked_;  // by rule
  // Of this step:
  std::vector<Arrival> arrivals_;
  std::vector<std::pair<uint32_t, const Row*>> due_now_;  // by life
};

}  // namespace tocsin
