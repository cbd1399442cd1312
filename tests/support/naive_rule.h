// One rule for one key; a part of the naive evaluator.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/support/naive_expression.h"
#include "tests/support/net_warning.h"

namespace tocsin::testing {

struct NaiveKey {
  std::vector<Value> values;  // of its parts; the subject's is one
  std::string text;
  RecordList records;  // all that have this key, of any declared type, in order
  std::shared_ptr<const RecordList> all = {};  // and everybody's

  Moment at(int64_t time) const {
    return {.records = &records, .all = all.get(), .key = values, .time = time, .bound = {}};
  }
};

// A warning, and the record of it that other rules see.
struct NaiveWarning : NetWarning {
  NaiveRecord record;
};

// What a rule is evaluated against.
struct NaiveScene {
  const dsl::Policy& policy;
  const NaiveCalendar& spans;
  const NaiveExpressions& expressions;
  const dsl::RuleDecl& rule;
  const NaiveKey& key;
  int64_t clock;

  Moment at(int64_t time) const { return key.at(time); }
  // The index of the level that applies.
  int level(const Moment& moment) const;
  // Level, subject, message and evidence as of `moment`; rule and key too.
  void describe(NetWarning& warning, const Moment& moment) const;
  // The record of a warning that starts now and is described. `start`: what its id rests on besides
  // the rule and the key.
  void note_record(NaiveWarning& warning, const Moment& moment,
                   const std::vector<std::string>& start) const;
};

// Of whom grades, assessments and draws are told.
struct NaiveSubject {
  const dsl::Policy& policy;
  const NaiveCalendar& spans;
  const NaiveExpressions& expressions;
  const NaiveKey& key;
  int64_t clock;

  Moment at(int64_t time) const { return key.at(time); }
};

// The id of what is told: of the rule, the key, and what else it rests on.
std::string id_of(const std::string& rule, const std::string& key,
                  const std::vector<std::string>& start);

// When aggregates of a key may change: a record comes, enters a window or leaves one.
std::set<int64_t> change_points(const NaiveKey& key,
                                const std::vector<const dsl::Aggregate*>& aggregates,
                                const NaiveExpressions& expressions, const NaiveCalendar& spans,
                                int64_t clock);

// Grade changes, assessments and draws of one subject (naive_telling.cc).
std::vector<NaiveWarning> grade_changes(const NaiveSubject& subject, const dsl::ScoreDecl& score);
std::vector<NetWarning> assessments(const NaiveSubject& subject, const dsl::PublishDecl& publish);
std::vector<NetWarning> draws(const NaiveSubject& subject, const dsl::SampleDecl& sample);

std::vector<NaiveWarning> while_warnings(const NaiveScene& scene);
std::vector<NaiveWarning> on_warnings(const NaiveScene& scene);

}  // namespace tocsin::testing
