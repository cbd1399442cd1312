// Expressions of a checked policy at one moment of one key; a part of the naive evaluator.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/value.h"
#include "tests/support/naive_calendar.h"
#include "tests/support/naive_record.h"

namespace tocsin::testing {

using RecordList = std::vector<const NaiveRecord*>;

// Everything an expression may look at.
struct Moment {
  const RecordList* records = nullptr;  // all of the key's records, in order
  const RecordList* all = nullptr;      // and everybody's, for `across`
  std::vector<Value> key;               // its parts
  int64_t time = 0;                     // sees all records with record.time <= time
  RecordList bound;  // by the rule's steps; the absent record of `then no` is the last
  const NaiveRecord* aggregated = nullptr;  // inside an aggregate
};

struct NaiveEdge {
  std::string a;
  std::string b;
};
// The shortest path to each name within reach; of several the first by name.
using NaiveReach = std::map<std::string, std::vector<std::string>>;

class NaiveExpressions {
 public:
  // `all`: the records of every subject that were sent.
  NaiveExpressions(const dsl::Policy& policy, const NaiveCalendar& spans, const RecordList& all)
      : policy_(policy), spans_(spans), calendar_(spans.civil()), all_(all) {}

  // Texts in the result live as long as this object, the policy and the records.
  Value evaluate(const dsl::Expr& expr, const Moment& moment) const;
  // naive_score.cc: a score's number and its grade; missing when the number is out of range.
  Value score(const dsl::ScoreDecl& score, const Moment& moment) const;
  Value grade(const dsl::ScoreDecl& score, const Moment& moment) const;
  bool is_true(const dsl::Expr* expr, const Moment& moment) const;  // no expression: true

  // The records an aggregate runs over, in order: type, ago and over, then `last n`, then `where`.
  RecordList covered(const dsl::Aggregate& aggregate, const Moment& moment) const;
  // The paths to the subjects of the records that an aggregate runs over across a link.
  void collect_paths(const dsl::Aggregate& aggregate, const Moment& moment,
                     std::set<std::vector<std::string>>& paths) const;
  // Lifetimes (language.md 5, 11). Calendar::kNever: it does not end, or has no deadline.
  int64_t end_of(const NaiveRecord& record) const;
  int64_t deadline_of(const NaiveRecord& record) const;
  bool is_overdue(const NaiveRecord& record, int64_t time) const;
  // When one `until` clause ends what began at `begin`; `moment` has the records that it names.
  int64_t end_by(const dsl::Until& until, int64_t begin, const Moment& moment,
                 const RecordList& candidates) const;
  // Every aggregate in an expression, those of lets and scores included.
  void collect_aggregates(const dsl::Expr* expr, std::vector<const dsl::Aggregate*>& out) const;
  void collect_aggregates(const dsl::ScoreDecl& score, bool with_grade,
                          std::vector<const dsl::Aggregate*>& out) const;

  // As shown to people.
  std::string text(Value value, const dsl::Type& type) const;
  // The same, exact: different keys have different texts.
  std::string key_text(Value value, const dsl::Type& type) const;
  std::string render(const dsl::Template& say, const Moment& moment) const;

 private:
  Value literal(const dsl::Literal& literal, const dsl::Type& type) const;
  Value name(const dsl::Binding& binding, const Moment& moment) const;
  Value member(const dsl::Member& member, const Moment& moment) const;
  Value binary(const dsl::Binary& binary, const dsl::Type& type, const Moment& moment) const;
  Value contained(const dsl::In& in, const Moment& moment) const;
  Value lookup(const dsl::Lookup& lookup, const Moment& moment) const;
  Value call(const dsl::Call& call, const Moment& moment) const;
  Value text_call(dsl::Function function, const std::vector<Value>& arguments) const;
  Value time_call(dsl::Function function, Value argument) const;
  Value aggregate(const dsl::Aggregate& aggregate, const Moment& moment) const;
  Value profile(int field, const Moment& moment) const;
  std::vector<NaiveEdge> edges(const dsl::LinkDecl& link, const Moment& moment) const;
  NaiveReach reach(const dsl::Across& across, const Moment& moment) const;
  // None when there are more names than the aggregate allows.
  std::optional<NaiveReach> bounded_reach(const dsl::Across& across, const Moment& moment) const;
  RecordList candidates(const dsl::Aggregate& aggregate, const Moment& moment) const;
  bool inside_window(const dsl::Aggregate& aggregate, int64_t record_time, int64_t time) const;
  bool in_state(dsl::RecordState state, const NaiveRecord& record, int64_t time) const;
  int64_t instant(const dsl::Expr& expr, const Moment& moment) const;
  int64_t local_day(Value value) const;
  Value keep(std::string text) const;

  const dsl::Policy& policy_;
  const NaiveCalendar& spans_;
  const Calendar& calendar_;
  const RecordList& all_;
  mutable std::deque<std::string> texts_;  // made by functions
};

}  // namespace tocsin::testing
