// Expressions of a checked policy at one moment of one key; a part of the naive evaluator.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/value.h"
#include "tests/support/naive_record.h"

namespace tocsin::testing {

using RecordList = std::vector<const NaiveRecord*>;

// Everything an expression may look at.
struct Moment {
  const RecordList* records = nullptr;  // all of the key's records, in order
  std::vector<Value> key;               // its parts
  int64_t time = 0;                     // sees all records with record.time <= time
  RecordList bound;  // by the rule's steps; the absent record of `then no` is the last
  const NaiveRecord* aggregated = nullptr;  // inside an aggregate
};

TimeSpan to_span(const dsl::Duration& duration);

class NaiveExpressions {
 public:
  NaiveExpressions(const dsl::Policy& policy, const Calendar& calendar)
      : policy_(policy), calendar_(calendar) {}

  // Texts in the result live as long as this object, the policy and the records.
  Value evaluate(const dsl::Expr& expr, const Moment& moment) const;
  bool is_true(const dsl::Expr* expr, const Moment& moment) const;  // no expression: true

  // The records an aggregate runs over, in order: type, ago and over, then `last n`, then `where`.
  RecordList covered(const dsl::Aggregate& aggregate, const Moment& moment) const;
  // Every aggregate in an expression, those of lets included.
  void collect_aggregates(const dsl::Expr* expr, std::vector<const dsl::Aggregate*>& out) const;

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
  Value call(const dsl::Call& call, const Moment& moment) const;
  Value text_call(dsl::Function function, const std::vector<Value>& arguments) const;
  Value time_call(dsl::Function function, Value argument) const;
  Value aggregate(const dsl::Aggregate& aggregate, const Moment& moment) const;
  Value profile(int field, const Moment& moment) const;
  bool inside_window(const dsl::Aggregate& aggregate, int64_t record_time, int64_t time) const;
  int64_t local_day(Value value) const;
  Value keep(std::string text) const;

  const dsl::Policy& policy_;
  const Calendar& calendar_;
  mutable std::deque<std::string> texts_;  // made by functions
};

}  // namespace tocsin::testing
