// One rule for one key; a part of the naive evaluator.
#pragma once

#include <string>
#include <vector>

#include "tests/support/naive_expression.h"
#include "tests/support/net_warning.h"

namespace tocsin::testing {

struct NaiveKey {
  std::vector<Value> values;  // of its parts; the subject's is one
  std::string text;
  RecordList records;  // all that have this key, of any declared type, in order
};

// A warning, and the record of it that other rules see.
struct NaiveWarning : NetWarning {
  NaiveRecord record;
};

// What a rule is evaluated against.
struct NaiveScene {
  const dsl::Policy& policy;
  const Calendar& calendar;
  const NaiveExpressions& expressions;
  const dsl::RuleDecl& rule;
  const NaiveKey& key;
  int64_t clock;

  Moment at(int64_t time) const {
    return {.records = &key.records, .key = key.values, .time = time, .bound = {}};
  }
  // The index of the level that applies.
  int level(const Moment& moment) const;
  // Level, subject, message and evidence as of `moment`; rule and key too.
  void describe(NetWarning& warning, const Moment& moment) const;
  // The record of a warning that starts now and is described. `start`: what its id rests on besides
  // the rule and the key.
  void note_record(NaiveWarning& warning, const Moment& moment,
                   const std::vector<std::string>& start) const;
};

std::vector<NaiveWarning> while_warnings(const NaiveScene& scene);
std::vector<NaiveWarning> on_warnings(const NaiveScene& scene);

}  // namespace tocsin::testing
