// KeyFold: what is in force, until when, and what falls due.
#include "engine/eval/lifetimes.h"

#include <xxhash.h>

#include <algorithm>
#include <cassert>

#include "engine/eval/key_fold.h"

namespace tocsin {

int64_t instant_of(Value value, const Calendar& calendar) {
  if (value.is_missing()) return Calendar::kNever;
  return value.kind() == ValueKind::kDate ? calendar.day_end(value.integer()) : value.integer();
}

int64_t fixed_end(const std::vector<TimeSpan>& spans, const std::vector<plan::NodeId>& times,
                  Bindings& bindings, Evaluator& evaluator) {
  int64_t end = Calendar::kNever;
  for (const TimeSpan& span : spans) end = std::min(end, evaluator.plus(bindings.time, span));
  for (plan::NodeId time : times) {
    end = std::min(end, instant_of(evaluator.eval(time, bindings), evaluator.calendar()));
  }
  return end;
}

int64_t due_time(const plan::LifePlan& life, const Row& row, Evaluator& evaluator) {
  const Calendar& calendar = evaluator.calendar();
  if (life.due_after) return evaluator.plus(row.time, *life.due_after);
  Bindings bindings{.time = row.time, .row = &row, .bound = {}};
  return std::max(instant_of(evaluator.eval(life.due, bindings), calendar), row.time);
}

// All that begins, ends or falls due at one instant. What comes and ends in the same instant was
// never in force.
void KeyFold::live(std::span<const Row* const> rows) {
  note_endings(rows);
  for (const Row* row : rows) {
    const int life = domain_.types[row->type].life;
    if (life == plan::kNoLife) continue;
    const Faults before = evaluator_.faults();
    begin(static_cast<uint32_t>(life), *row);
    note_faults_of_life(static_cast<uint32_t>(life), evaluator_.faults() - before);
  }
  for (const Arrival& arrival : arrivals_) end_waiting(arrival);
  uint32_t which = 0;
  for (uint32_t life = 0; life < domain_.lives.size(); ++life) {
    LifeState& state = state_->lives[life];
    while (state.ends.take(state_->position, state.living, which)) end(life, which);
    while (state.dues.take(state_->position, state.living, which)) fall_due(life, which);
  }
}

// An end or a deadline that leaves the calendar of working days goes to the account of the rules
// that wait for it.
void KeyFold::note_faults_of_life(uint32_t life, const Faults& faults) {
  if (!faults.any()) return;
  const std::vector<uint32_t>& conditions = domain_.lives[life].while_rules;
  for (uint32_t number = 0; number < domain_.rules.size(); ++number) {
    const plan::RulePlan& rule = domain_.rules[number];
    const bool waits = std::find(conditions.begin(), conditions.end(), number) != conditions.end();
    const bool begins = !rule.steps.empty() && rule.steps[0].due_of == static_cast<int>(life);
    if (waits || begins) faults_[rule.index] += faults;
  }
}

void KeyFold::note_endings(std::span<const Row* const> rows) {
  arrivals_.clear();
  for (const Row* row : rows) {
    for (uint32_t number : domain_.types[row->type].untils) {
      const plan::UntilPlan& until = domain_.untils[number];
      Bindings bindings{.time = row->time, .row = nullptr, .bound = {}};
      bindings.bound[static_cast<size_t>(until.scope)] = row;
      const std::optional<uint64_t> equal = hash(until.theirs, bindings);
      if (!equal) continue;  // it equals nothing
      state_->endings[number].add(*row, *equal);
      arrivals_.push_back({number, row, *equal});
    }
  }
}

// A hash of values of which none is missing.
std::optional<uint64_t> KeyFold::hash(const std::vector<plan::NodeId>& nodes, Bindings& bindings) {
  uint64_t hash = 0;
  for (plan::NodeId node : nodes) {
    const Value value = evaluator_.eval(node, bindings);
    if (value.is_missing()) return std::nullopt;
    if (value.kind() == ValueKind::kText) {
      hash = XXH3_64bits_withSeed(value.text().data(), value.text().size(), hash);
    } else {
      const int64_t number = value.integer();
      hash = XXH3_64bits_withSeed(&number, sizeof number, hash);
    }
  }
  return hash;
}

std::optional<int64_t> KeyFold::own_end(uint32_t number, Bindings& bindings) {
  const plan::LifePlan& life = domain_.lives[number];
  const int64_t end = fixed_end(life.spans, life.times, bindings, evaluator_);
  if (end <= bindings.time) return std::nullopt;
  for (uint32_t index : life.untils) {
    const plan::UntilPlan& until = domain_.untils[index];
    const std::optional<uint64_t> equal = hash(until.own, bindings);
    if (!equal) continue;
    const bool ended = state_->endings[index].any(
        *equal, [&](const Row& row) { return ends(until, row, bindings); });
    if (ended) return std::nullopt;
  }
  return end;
}

// Whether the record ends the life that `bindings` speak of. Nothing ends itself.
bool KeyFold::ends(const plan::UntilPlan& until, const Row& row, Bindings& bindings) {
  const auto scope = static_cast<size_t>(until.scope);
  const auto own = bindings.bound.begin();
  if (bindings.row == &row || std::find(own, own + scope, &row) != own + scope) return false;
  bindings.bound[scope] = &row;
  return until.where == plan::kNoNode || evaluator_.is_true(until.where, bindings);
}

// Puts a life on the lists of those that end it.
void KeyFold::wait(uint32_t life, uint32_t number, int64_t end, Bindings& bindings) {
  for (uint32_t until : domain_.lives[life].untils) {
    const std::optional<uint64_t> equal = hash(domain_.untils[until].own, bindings);
    if (equal) state_->waiting[until].emplace(*equal, number);
  }
  if (end != Calendar::kNever) state_->lives[life].ends.add(end, number);
}

void KeyFold::begin(uint32_t number, const Row& row) {
  const plan::LifePlan& life = domain_.lives[number];
  Bindings bindings{.time = row.time, .row = &row, .bound = {}};
  const std::optional<int64_t> end = own_end(number, bindings);
  if (!end && life.told) tell_end(*life.told, row);
  if (!end) return;
  Living living;
  living.row = &row;
  const int64_t due = life.has_due ? due_time(life, row, evaluator_) : Calendar::kNever;
  living.due = due;
  LifeState& state = state_->lives[number];
  const uint32_t added = state.living.add(std::move(living));
  if (due != Calendar::kNever) state.dues.add(due, added);
  wait(number, added, *end, bindings);
  Windows windows(domain_, evaluator_.calendar(), evaluator_, *state_);
  for (uint32_t aggregate : life.in_force) windows.count(aggregate, row, true);
}

// A warning that was just raised, whose rule has `until`.
void KeyFold::keep_open(const plan::RulePlan& rule, int64_t end, Bindings& bindings) {
  const auto life = static_cast<uint32_t>(rule.life);
  Living living;
  living.bound.assign(bindings.bound.begin(),
                      bindings.bound.begin() + static_cast<ptrdiff_t>(rule.steps.size()));
  living.warning = static_cast<uint32_t>(state_->warnings.size() - 1);
  const uint32_t added = state_->lives[life].living.add(std::move(living));
  wait(life, added, end, bindings);
}

namespace {

Bindings bindings_of(const Living& living, int64_t time) {
  Bindings bindings{.time = time, .row = living.row, .bound = {}};
  std::copy(living.bound.begin(), living.bound.end(), bindings.bound.begin());
  return bindings;
}

}  // namespace

void KeyFold::end_waiting(const Arrival& arrival) {
  const plan::UntilPlan& until = domain_.untils[arrival.until];
  const Waiting& waiting = state_->waiting[arrival.until];
  std::vector<uint32_t> ended;
  for (auto at = waiting.lower_bound({arrival.hash, 0});
       at != waiting.end() && at->first == arrival.hash; ++at) {
    const Living* living = state_->lives[until.life].living.find(at->second);
    assert(living != nullptr);
    Bindings bindings = bindings_of(*living, state_->position);
    if (ends(until, *arrival.row, bindings)) ended.push_back(at->second);
  }
  const plan::LifePlan& life = domain_.lives[until.life];
  for (uint32_t number : ended) {
    const Row* row = state_->lives[until.life].living.find(number)->row;
    end(until.life, number);
    if (life.told) tell_end(*life.told, *row);
  }
}

// To domains that do not see what has ended it; spans and times of its own they
// see themselves.
void KeyFold::tell_end(const plan::EndRecordPlan& plan, const Row& row) {
  row_.begin(plan.type, static_cast<uint16_t>(plan.from.size()));
  row_.set_id(row.id());
  row_.set_subject(row.subject());
  row_.set_time(state_->position);
  for (uint32_t slot = 0; slot < plan.from.size(); ++slot) {
    const uint32_t from = plan.from[slot];
    row_.set(slot, from == plan::kBegan ? Value::of_time(row.time) : row.value(from));
  }
  emit(plan.route, row_.finish());
}

void KeyFold::end(uint32_t number, uint32_t which) {
  const plan::LifePlan& life = domain_.lives[number];
  LivingSet& living = state_->lives[number].living;
  const Living ended = *living.find(which);
  living.remove(which);
  Bindings bindings = bindings_of(ended, state_->position);
  for (uint32_t until : life.untils) {
    const std::optional<uint64_t> equal = hash(domain_.untils[until].own, bindings);
    if (equal) state_->waiting[until].erase({*equal, which});
  }
  if (ended.row == nullptr) {
    Warning& warning = state_->warnings[ended.warning];
    warning.cleared = warning.changed = state_->position;
    warning.cause = cause_;
    const plan::RulePlan& rule = domain_.rules[static_cast<size_t>(life.rule)];
    if (rule.told) tell_end(*rule.told, *warning.record);
    return touch(ended.warning);
  }
  Windows windows(domain_, evaluator_.calendar(), evaluator_, *state_);
  for (uint32_t aggregate : life.in_force) windows.count(aggregate, *ended.row, false);
  if (ended.overdue) {
    for (uint32_t aggregate : life.overdue) windows.count(aggregate, *ended.row, false);
  }
  mark(life.while_rules);
}

void KeyFold::fall_due(uint32_t number, uint32_t which) {
  const plan::LifePlan& life = domain_.lives[number];
  Living& living = *state_->lives[number].living.find(which);
  living.overdue = true;
  Windows windows(domain_, evaluator_.calendar(), evaluator_, *state_);
  for (uint32_t aggregate : life.overdue) windows.count(aggregate, *living.row, true);
  mark(life.while_rules);
  if (!life.last_steps.empty() || !life.first_steps.empty()) {
    due_now_.emplace_back(number, living.row);
  }
  if (!life.remembers_dues) return;
  state_->fallen_due[number].times.push_back(living.due);
  state_->fallen_due[number].rows.push_back(living.row);
}

// `on X overdue`: what falls due is the first record of a pattern, and may be all of it.
void KeyFold::fire_fallen_due(Bindings& bindings) {
  for (const auto& fallen : due_now_) {
    const plan::LifePlan& life = domain_.lives[fallen.first];
    const Row& row = *fallen.second;
    for (uint32_t rule : life.last_steps) {
      for_rule(rule, [&] { last_record(rule, row, bindings); });
    }
    for (uint32_t rule : life.first_steps) first_record(rule, row, bindings.time);
  }
  due_now_.clear();
}

}  // namespace tocsin
