// Lifetimes of language.md 5 and 11, for the naive evaluator: every end is tried.
#include <algorithm>

#include "tests/support/naive_expression.h"

namespace tocsin::testing {

// A date is the last microsecond of its day; a missing one never comes.
int64_t NaiveExpressions::instant(const dsl::Expr& expr, const Moment& moment) const {
  const Value value = evaluate(expr, moment);
  if (value.is_missing()) return Calendar::kNever;
  return value.kind() == ValueKind::kDate ? calendar_.day_end(value.integer()) : value.integer();
}

int64_t NaiveExpressions::end_by(const dsl::Until& until, int64_t begin, const Moment& moment,
                                 const RecordList& candidates) const {
  if (until.after) return spans_.plus(begin, *until.after).value_or(Calendar::kNever);
  if (until.at) return instant(*until.at, moment);
  int64_t end = Calendar::kNever;
  for (const NaiveRecord* record : candidates) {
    if (record->type != until.record->record_type) continue;
    Moment with_ending = moment;
    with_ending.bound.push_back(record);
    if (is_true(until.record->where.get(), with_ending)) end = std::min(end, record->time);
  }
  return end;
}

int64_t NaiveExpressions::end_of(const NaiveRecord& record) const {
  RecordList others;  // of the subject; nothing ends itself
  for (const NaiveRecord* other : all_) {
    if (other->subject == record.subject && other != &record) others.push_back(other);
  }
  const Moment moment{
      .records = &others, .key = {}, .time = record.time, .bound = {}, .aggregated = &record};
  int64_t end = record.end;
  for (const dsl::Until& until : policy_.records[static_cast<size_t>(record.type)].untils) {
    end = std::min(end, end_by(until, record.time, moment, others));
  }
  return end;
}

int64_t NaiveExpressions::deadline_of(const NaiveRecord& record) const {
  const dsl::RecordDecl& declared = policy_.records[static_cast<size_t>(record.type)];
  if (declared.due && declared.due->after) {
    return spans_.plus(record.time, *declared.due->after).value_or(Calendar::kNever);
  }
  if (declared.due) {
    const Moment moment{
        .records = &all_, .key = {}, .time = record.time, .bound = {}, .aggregated = &record};
    return std::max(instant(*declared.due->at, moment), record.time);
  }
  for (size_t i = 0; i < declared.fields.size(); ++i) {
    if (declared.fields[i].name.text != "due") continue;
    const Value due = record.values.at(i).get();
    if (due.kind() == ValueKind::kDate) {
      return std::max(calendar_.day_end(due.integer()), record.time);
    }
    if (due.kind() == ValueKind::kTime) return std::max(due.integer(), record.time);
  }
  return Calendar::kNever;
}

bool NaiveExpressions::is_overdue(const NaiveRecord& record, int64_t time) const {
  const int64_t deadline = deadline_of(record);
  return deadline != Calendar::kNever && deadline <= time && time < end_of(record);
}

bool NaiveExpressions::in_state(dsl::RecordState state, const NaiveRecord& record,
                                int64_t time) const {
  if (state == dsl::RecordState::kAny) return true;
  if (state == dsl::RecordState::kOverdue) return is_overdue(record, time);
  return record.time <= time && time < end_of(record);
}

}  // namespace tocsin::testing
