#include "engine/eval/key_fold.h"

#include <algorithm>
#include <cassert>

namespace tocsin {

FoldMarks::FoldMarks(const plan::Domain& domain)
    : edges(domain.edges.size()),
      sums(domain.aggregates.size()),
      profile(domain.profile.size(), nullptr),
      profile_slot(domain.profile.size(), 0),
      rules(domain.rules.size()),
      reaches(domain.reaches.size()),
      lives(domain.lives.size()),
      waiting(domain.untils.size()),
      seen_types(domain.takes_derived ? domain.types.size() : 0, 0) {}

KeyFold::KeyFold(const plan::Program& program, const plan::Domain& domain)
    : program_(program),
      domain_(domain),
      evaluator_(program, domain),
      faults_(program.rules.size()),
      is_marked_(domain.rules.size(), 0) {
  for (uint32_t i = 0; i < domain.edges.size(); ++i) {
    if (domain.edges[i].timed) timed_edges_.push_back(i);
  }
  for (uint32_t rule = 0; rule < domain.rules.size(); ++rule) {
    const std::optional<plan::TellingPlan>& telling = domain.rules[rule].telling;
    if (telling && telling->every) periodic_.push_back(rule);
  }
  for (uint32_t i = 0; i < domain.lives.size(); ++i) {
    if (domain.lives[i].ends_timed || domain.lives[i].dues_timed) timed_lives_.push_back(i);
  }
}

void KeyFold::attach(FoldState& state, std::string_view key) {
  state_ = &state;
  key_ = key;
  evaluator_.attach(state, key);
}

void KeyFold::step(std::span<const Row* const> rows) {
  assert(!rows.empty() && rows.front()->time > state_->position);
  advance(rows.front()->time - 1);
  run(rows.front()->time, rows);
}

void KeyFold::advance(int64_t time) {
  for (int64_t next = next_change(); next <= time; next = next_change()) {
    if (next == INT64_MAX) return;
    run(next, {});
  }
}

int64_t KeyFold::next_change() {
  Windows windows(domain_, evaluator_.calendar(), evaluator_, *state_);
  int64_t next = state_->deadlines.empty() ? INT64_MAX : state_->deadlines.front().time;
  for (uint32_t edge : timed_edges_) next = std::min(next, windows.next_crossing(edge));
  for (uint32_t rule : periodic_) next = std::min(next, state_->rules[rule].next_period);
  for (uint32_t life : timed_lives_) {
    LifeState& state = state_->lives[life];
    if (domain_.lives[life].ends_timed) next = std::min(next, state.ends.next(state.living));
    if (domain_.lives[life].dues_timed) next = std::min(next, state.dues.next(state.living));
  }
  return next;
}

void KeyFold::settle() {
  Windows windows(domain_, evaluator_.calendar(), evaluator_, *state_);
  for (uint32_t edge = 0; edge < domain_.edges.size(); ++edge) {
    windows.cross(edge, state_->position);
  }
}

void KeyFold::mark(const std::vector<uint32_t>& rules) {
  for (uint32_t rule : rules) {
    if (is_marked_[rule]) continue;
    is_marked_[rule] = 1;
    marked_.push_back(rule);
  }
}

// The row is in none of the windows whose spans leave the calendar of working days for it.
void KeyFold::note_missing_spans(const Row& row) {
  for (uint32_t index : domain_.types[row.type].workday_edges) {
    const plan::Edge& edge = domain_.edges[index];
    if (crossing(edge, row.time, evaluator_.calendar()) != Calendar::kNever) continue;
    for (uint32_t rule : edge.readers) ++faults_[domain_.rules[rule].index].workdays;
  }
}

// One instant: all its rows and crossings first, then every rule that they can concern.
void KeyFold::run(int64_t time, std::span<const Row* const> rows) {
  evaluator_.begin_step();
  state_->position = time;
  state_->rows += static_cast<uint32_t>(rows.size());
  cause_ = cause_of(rows);
  Windows windows(domain_, evaluator_.calendar(), evaluator_, *state_);
  if (state_->first == nullptr) {
    state_->first = first_own(rows);
    if (!domain_.takes_derived) mark(domain_.while_rules);
  }
  if (domain_.takes_derived) note_existence(rows);
  start_periods(time);
  for (const Row* row : rows) {
    windows.add(*row);
    note_missing_spans(*row);
    mark(domain_.types[row->type].while_rules);
  }
  if (!domain_.rekeys.empty()) {
    for (const Row* row : rows) emit_rekeyed(*row);
  }
  for (uint32_t edge : timed_edges_) {
    if (windows.cross(edge, time)) mark(domain_.edges[edge].rules);
  }
  Bindings bindings{.time = time, .row = nullptr, .bound = {}};
  if (!domain_.lives.empty()) live(rows);
  std::sort(marked_.begin(), marked_.end());
  for (uint32_t rule : marked_) {
    for_rule(rule, [&] {
      if (domain_.rules[rule].telling) {
        tell_change(rule, bindings);
      } else {
        evaluate_while(rule, bindings);
      }
    });
    is_marked_[rule] = 0;
  }
  marked_.clear();
  for (uint32_t rule : periodic_) {
    if (state_->rules[rule].next_period != time) continue;
    for_rule(rule, [&] { tell_period(rule, bindings); });
  }
  for (const Row* row : rows) {
    for (uint32_t rule : domain_.types[row->type].last_steps) {
      for_rule(rule, [&] { last_record(rule, *row, bindings); });
    }
  }
  for (const Row* row : rows) {
    for (uint32_t rule : domain_.types[row->type].first_steps) {
      first_record(rule, *row, row->time);
    }
  }
  if (!due_now_.empty()) fire_fallen_due(bindings);
  fire_deadlines(bindings);
}

// What other folds put out was caused by a record or by a timer there.
Cause KeyFold::cause_of(std::span<const Row* const> rows) const {
  const bool timed = std::all_of(rows.begin(), rows.end(), [&](const Row* row) {
    return domain_.takes_derived && is_derived(*row) &&
           row->version == static_cast<int64_t>(Cause::kTimer);
  });
  return timed ? Cause::kTimer : Cause::kRecord;
}

// Others' rows, and what tells who is within reach, make no key.
const Row* KeyFold::first_own(std::span<const Row* const> rows) const {
  const auto own = std::find_if(rows.begin(), rows.end(),
                                [&](const Row* row) { return row->type < domain_.types_own; });
  return own == rows.end() ? nullptr : *own;
}

bool KeyFold::is_derived(const Row& row) const {
  return program_.types[row.type].origin != dsl::Origin::kDeclared;
}

void KeyFold::note_existence(std::span<const Row* const> rows) {
  for (const Row* row : rows) {
    if (!is_derived(*row)) {
      if (!std::exchange(state_->seen_declared, true)) mark(domain_.while_rules);
    } else if (std::exchange(state_->seen_types[row->type], 1) == 0) {
      mark(domain_.types[row->type].readers);
    }
  }
}

bool KeyFold::exists_for(const plan::RulePlan& rule) const {
  if (!domain_.takes_derived || state_->seen_declared) return true;
  return std::any_of(rule.derived_reads.begin(), rule.derived_reads.end(),
                     [&](uint16_t type) { return state_->seen_types[type] != 0; });
}

void KeyFold::emit(uint32_t route, RowPtr row) {
  row->version = static_cast<int64_t>(cause_);
  state_->outputs.add({route, std::move(row)});
}

void KeyFold::touch(uint32_t warning) {
  std::vector<uint32_t>& touched = state_->touched;
  if (touched.empty() || touched.back() != warning) touched.push_back(warning);
}

}  // namespace tocsin
