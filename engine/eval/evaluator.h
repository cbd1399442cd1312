// Values of a domain's expressions for one key at one time.
//
// One Evaluator a worker; attach() it to the key's state before use. Results that a step asks for
// again are remembered until the next begin_step(). Texts in values live until then, or as long as
// the key's rows.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "engine/eval/faults.h"
#include "engine/eval/fold_state.h"
#include "rules-dsl/limits.h"

namespace tocsin {

// What names stand for while an expression is evaluated.
struct Bindings {
  int64_t time = 0;
  const Row* row = nullptr;  // the record that an aggregate runs over
  std::array<const Row*, limits::kStepsMax + 1> bound{};
};

class Evaluator {
 public:
  Evaluator(const plan::Program& program, const plan::Domain& domain);

  // The key's text lives until the next attach().
  void attach(FoldState& state, std::string_view key = {}) {
    state_ = &state;
    key_text_ = key;
  }
  void begin_step();

  Value eval(plan::NodeId node, Bindings& bindings);
  bool is_true(plan::NodeId node, Bindings& bindings) { return eval(node, bindings).is_true(); }
  // A division by zero or an overflow gave missing.
  void note_fault() { ++faults_.calculations; }
  void note_too_many_names() { ++faults_.links; }
  const Faults& faults() const { return faults_; }
  // As Calendar::plus() and reaches(); a span that leaves the calendar of working days is noted.
  int64_t plus(int64_t time, TimeSpan span);
  bool reaches(int64_t from, TimeSpan span, int64_t time);
  Value profile(uint32_t field) const;
  // As of an earlier time. Requires: the rows of its sources are kept.
  Value profile_as_of(uint32_t field, int64_t time) const;
  Value key(uint32_t part) const;
  std::string_view key_text() const { return key_text_; }

  // The text of `say`, for people.
  std::string render(const plan::TemplatePlan& text, Bindings& bindings);
  std::string as_text(Value value, const dsl::Type& type) const;

  FoldState& state() { return *state_; }
  const plan::Domain& domain() const { return domain_; }
  const plan::Program& program() const { return program_; }
  const Calendar& calendar() const { return *program_.calendar; }

 private:
  Value eval_record(const plan::Node& node, const Bindings& bindings) const;
  Value eval_logic(const plan::Node& node, Bindings& bindings);
  Value eval_comparison(const plan::Node& node, Bindings& bindings);
  Value eval_arithmetic(const plan::Node& node, Bindings& bindings);
  Value eval_in(const plan::Node& node, Bindings& bindings);
  Value eval_text(const plan::Node& node, Bindings& bindings);
  Value eval_calendar(const plan::Node& node, Bindings& bindings);
  Value eval_lookup(const plan::Node& node, Bindings& bindings);
  Value eval_remembered(const plan::Node& node, Bindings& bindings);

  struct Remembered {
    uint64_t step = 0;
    Value value;
  };
  const plan::Program& program_;
  const plan::Domain& domain_;
  FoldState* state_ = nullptr;
  std::string_view key_text_;
  uint64_t step_ = 0;
  Faults faults_;
  std::vector<Remembered> remembered_;  // by kRemembered node
  std::deque<std::string> scratch_;     // texts made by functions in this step
};

}  // namespace tocsin
