// What can be named where, and what is known about the policy's names while it is checked.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "rules-dsl/check/range.h"
#include "rules-dsl/check/report.h"
#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"

namespace tocsin::dsl::checking {

// What an expression rests on. A rule grouped by a field cannot use everything that a let may hold.
struct Footing {
  bool aggregates = false;
  bool profile = false;      // subject.f
  bool key_subject = false;  // bare `subject`, outside of aggregates
  bool score = false;        // which is a subject's
  bool across = false;       // across LINK
  std::set<int> records;     // types that aggregates run over; -1 is never among them
  std::set<int> lived;       // those of them whose lifetimes count: in force, overdue

  void merge(const Footing& other);
};

struct LetState {
  enum class Progress : uint8_t { kUnchecked, kInProgress, kDone };
  Progress progress = Progress::kUnchecked;
  bool used = false;
  bool reads_warnings = false;  // of rules
  bool never_missing = false;
  size_t height = 0;  // nesting, with the lets it names written out
  Range range;
  Footing footing;
};

using NameIndex = std::unordered_map<std::string, int>;

// The policy under check and its names. Names declared twice mean the first.
struct Context {
  Policy& policy;
  const SourceSet& sources;
  Report report;
  std::shared_ptr<const Calendar> calendar;  // never null: UTC when the policy's zone is unknown
  // A calendar of working days is there, or a mistake in it was reported.
  bool has_workdays = false;
  NameIndex records, links, tables, lets, rules, scores, samples, levels, profile;
  std::vector<LetState> let_states;    // parallel to Policy::lets, which never changes its size
  std::vector<LetState> score_states;  // the same of Policy::scores

  std::vector<std::string> names_of(const NameIndex& index) const;
};

struct BoundRecord {
  std::string alias;
  int record = -1;  // -1: the type is unknown, which was reported
};

// Why a name of the rule is not visible in this place.
enum class Hidden : uint8_t { kLater, kAbsent };
struct HiddenAlias {
  std::string alias;
  Hidden reason;
};

struct Scope {
  const RuleDecl* rule = nullptr;   // null in a let
  std::vector<BoundRecord> bound;   // visible; the index is Binding::scope
  std::vector<HiddenAlias> hidden;  // named elsewhere in the rule
  std::vector<Identifier> by;       // the parts of the rule's key, unless it is the subject
  std::vector<Type> key_types;      // of each part; kError where it is a mistake
  std::optional<int> aggregated;    // inside an aggregate: its record type, -1 when unknown;
                                    // inside a record's lifetime: that record
  bool lifetime = false;            // `aggregated` is the record whose lifetime it is
  bool link = false;                // inside a link: sees its record alone
  Footing* footing = nullptr;       // collects; may be null

  const BoundRecord* find_alias(const std::string& name, int* index) const;
  // Which part of the key the name is; -1: none.
  int key_part(const std::string& name) const;
};

// A rule's key for messages: `region`, `(region, industry)`.
std::string quote_key(const std::vector<Identifier>& by);

// Index of `name`, or -1.
int find_in(const NameIndex& index, const std::string& name);

}  // namespace tocsin::dsl::checking
