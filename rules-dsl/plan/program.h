// The compiled policy: what the engine runs.
//
// Immutable and shared between threads. Record types and rules are numbered in the order of their
// names, so that nothing depends on the order of files. A *domain* is one kind of key – the subject
// (always domain 0), or fields (`by controller`) – on one *layer*: what a domain's fold
// puts out (records of warnings, for the rules that read them) goes to domains of later layers.
// Rules live in the domain of their key on the first layer that has all they read. Inside a domain
// equal expressions and aggregates exist once, whatever the number of rules that use them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rules-dsl/plan/code.h"
#include "rules-dsl/plan/kind.h"
#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/period.h"
#include "rules-dsl/value/value.h"

namespace tocsin::plan {

// ---------------------------------------------------------------- records

struct FieldPlan {
  std::string name;
  std::string from;    // JSON key
  std::string format;  // strftime pattern or empty
  dsl::Type type;
  bool optional = false;
  bool strict = false;  // uscc: a code that fails its check refuses the record
};

// The projection of one record type: only the fields that rules, keys or messages use, in slots 0,
// 1, ...
struct TypePlan {
  dsl::Origin origin = dsl::Origin::kDeclared;  // others are made by folds, never decoded
  std::string name;
  std::string title;
  std::vector<FieldPlan> fields;
  std::vector<std::string> id_from;
  std::string subject_from;
  std::string time_from;
  std::string time_format;
  // JSON keys of values that must not be kept as they are (`private`), used by rules or not;
  // ascending.
  std::vector<std::string> private_columns;
  std::optional<int64_t> time_always;  // of every record: none carries one
};

// ---------------------------------------------------------------- windows and aggregates

// A change point that every row of a type causes: it crosses the edge at (time + ago) + over.
// Zero spans (both members 0) are left out.
struct Edge {
  uint16_t type = 0;
  TimeSpan ago;
  TimeSpan over;
  bool calendar =
      false;  // a calendar span is involved: rows may cross in another order than they came
  bool workdays = false;           // one in working days: rows whose crossing is missing never do
  bool timed = false;              // a `while` rule depends on it: the crossing is a change point
  std::vector<uint32_t> entering;  // counted aggregates that gain a row here
  std::vector<uint32_t> leaving;   // counted aggregates that lose one here
  std::vector<uint32_t> rules;     // `while` rules (Domain::rules) to look at again
  std::vector<uint32_t> readers;   // in working days: all rules that look through such a window
};

inline constexpr int kNoEdge = -1;

struct AggregatePlan {
  dsl::AggregateKind kind = dsl::AggregateKind::kCount;
  uint16_t type = 0;
  dsl::RecordState state = dsl::RecordState::kAny;
  uint32_t life = 0;  // of another state than kAny: index into Domain::lives
  NodeId value = kNoNode;
  NodeId where = kNoNode;
  int enter = kNoEdge;                         // none: a row is inside from its own time on
  int leave = kNoEdge;                         // none: for ever
  int64_t last_n = 0;                          // 0: no length window
  ValueKind value_kind = ValueKind::kMissing;  // of the values summed
  int reach = -1;               // Domain::reaches: runs over the records of all who are within it
  bool excluding_self = false;  // but for the key's own
  bool counted =
      false;  // kept up to date row by row (count, exists, exact sum and average of the row alone)
};

// ---------------------------------------------------------------- links

inline constexpr int kNoReach = -1;
inline constexpr uint16_t kNoType = UINT16_MAX;

// The records of a type that make edges of a link.
struct LinkEdgePlan {
  struct End {
    Op op = Op::kField;  // kField, kRecordId, kRecordSubject, kRecordType
    uint32_t slot = 0;
  };
  // What ends an edge: a record of the same subject, for which `where` is true; it is bound.
  struct Ending {
    uint16_t type = 0;
    NodeId where = kNoNode;
  };
  uint16_t type = 0;
  NodeId where = kNoNode;
  End ends[2];
  // An edge is in force as long as its record; the earliest of these ends it.
  std::vector<TimeSpan> spans;
  std::vector<NodeId> times;
  std::vector<Ending> endings;
};

struct LinkPlan {
  int declared = -1;  // dsl::Policy::links
  std::vector<LinkEdgePlan> edges;
};

// Who is within so many hops of the key, and when, is told by rows of a type of its own.
struct ReachPlan {
  uint32_t link = 0;  // Domain::links
  int hops = 1;
  size_t names_max = 0;
  uint16_t type = 0;
};
// The slots of such a row; its subject is the name that comes or goes.
enum class ReachEvent : uint8_t {
  kOut,
  kIn,       // or goes on by another path
  kTooMany,  // more names than the bound
  kEnough,   // no longer
};
inline constexpr uint32_t kReachEventSlot = 0;
inline constexpr uint32_t kReachHopsSlot = 1;
inline constexpr uint32_t kReachPathSlot = 2;
inline constexpr uint16_t kReachSlots = 3;

struct ProfileSourcePlan {
  uint16_t type = 0;
  uint16_t slot = 0;
};
// subject.f: the latest known value among the sources.
struct ProfilePlan {
  std::vector<ProfileSourcePlan> sources;
};

// ---------------------------------------------------------------- lifetimes

// A record that ends a lifetime: one of the type for which `where` is true. In `where`, it is a
// bound record; which one, `scope` says.
struct UntilPlan {
  uint32_t life = 0;  // index into Domain::lives
  uint16_t type = 0;
  int8_t scope = 0;
  // Where the former all equal the latter: so that one is found by the other, not by trying all.
  // The former need the ending record alone, the latter all but it.
  std::vector<NodeId> theirs;
  std::vector<NodeId> own;
  NodeId where = kNoNode;
};

inline constexpr uint32_t kBegan = UINT32_MAX;  // instead of a slot: when it began

// A row that tells later layers that a record, or a warning, has ended: with
// its id, its subject and these of its slots.
struct EndRecordPlan {
  uint16_t type = 0;
  uint32_t route = 0;  // Domain::routes
  std::vector<uint32_t> from;
};

// Of the records of one type that somebody asks for by `in force` or `overdue`,
// or of the warnings of one rule that has `until`. It ends when the earliest of
// these comes.
struct LifePlan {
  uint16_t type = 0;
  int rule = -1;                 // index into Domain::rules; -1: of records
  std::vector<TimeSpan> spans;   // after the beginning
  std::vector<NodeId> times;     // a time or a date
  std::vector<uint32_t> untils;  // index into Domain::untils
  // The deadline, if anybody asks for it.
  bool has_due = false;
  std::optional<TimeSpan> due_after;
  NodeId due = kNoNode;               // a time or a date
  std::vector<uint32_t> in_force;     // counted aggregates over what is in force
  std::vector<uint32_t> overdue;      // and over what is overdue
  std::vector<uint32_t> while_rules;  // to look at again when one ends or falls due
  std::vector<uint32_t> last_steps;   // `on` rules whose only step is to fall due
  std::vector<uint32_t> first_steps;  // `on each` rules of more steps whose first it is
  std::optional<EndRecordPlan> told;  // of records that another has ended
  bool remembers_dues = false;        // some sequence begins with it
  bool ends_timed = false;            // an end is a change point
  bool dues_timed = false;            // falling due is
};
inline constexpr int kNoLife = -1;

// ---------------------------------------------------------------- rules

struct LevelPlan {
  uint8_t level = 0;
  NodeId when = kNoNode;
};

struct TemplatePlan {
  struct Part {
    std::string text;
    NodeId node = kNoNode;
    dsl::Type type;
  };
  std::vector<Part> parts;
};

struct StepPlan {
  uint16_t type = 0;
  int due_of = kNoLife;        // the first step may be to fall due: index into Domain::lives
  TimeSpan within;             // since the step before
  std::vector<NodeId> checks;  // all must be true once this step and those after it are bound
  std::vector<NodeId> early;   // those of `checks` that need this step's row alone and no aggregate
  uint16_t looked_at =
      0;  // bit k: a step before this one, or the deadline, looks at the bound record k
};

struct AbsencePlan {
  uint16_t type = 0;
  TimeSpan within;          // or
  NodeId before = kNoNode;  // time or date
  bool anchor_only = true;  // the deadline needs the anchor's row alone
  NodeId where = kNoNode;
};

// The record of a rule's warning, or of a grade change, as of its start: what stands in each of its
// slots.
struct WarningRecordPlan {
  enum class From : uint8_t { kLevel, kKey, kNode, kGradeBefore };
  struct Slot {
    From from = From::kLevel;
    uint32_t part = 0;  // of the key
    NodeId node = kNoNode;
  };
  uint16_t type = 0;
  uint32_t route = 0;  // Domain::routes
  std::vector<Slot> slots;
};

// What is told of a subject beside warnings: a change of its grade, or at every period's start an
// assessment, or that it was drawn.
struct TellingPlan {
  Kind kind = Kind::kGrade;
  NodeId score = kNoNode;
  NodeId grade = kNoNode;
  dsl::Type grade_type;         // kError: no grades
  std::optional<Period> every;  // of assessments and draws
  NodeId where = kNoNode;       // of draws
  std::vector<int64_t> rates;   // of draws, by grade; a single one when it is the same for all
  std::string seed;             // of draws
};

struct RulePlan {
  uint32_t index = 0;                  // into Program::rules
  std::optional<TellingPlan> telling;  // then it has none of the parts of a rule
  bool is_while = false;
  NodeId condition = kNoNode;
  bool each = false;
  std::vector<StepPlan> steps;
  std::optional<AbsencePlan> absence;
  std::optional<TimeSpan> once_span;
  NodeId once_value = kNoNode;
  int life = kNoLife;  // its warnings end: index into Domain::lives
  std::vector<LevelPlan> levels;
  NodeId for_subject = kNoNode;
  dsl::Type for_type;
  std::vector<NodeId> with;
  std::optional<EndRecordPlan> told;        // when rules ask whether they are in force
  std::optional<WarningRecordPlan> record;  // when rules read its warnings
  std::vector<uint16_t> derived_reads;      // types of other rules' warnings that it reads
  TemplatePlan say;                         // no parts: the title, else the name
  std::vector<uint32_t> evidence;           // aggregates of the condition; not those that
                                            // speak of the absent record
  int region_step = -1;                     // `on`: the bound record whose `region` field tells the
                                            // warning's region
  uint16_t region_slot = 0;
};

// What people are told about a rule. Grade changes, assessments and draws have theirs, too.
struct RuleText {
  Kind kind = Kind::kWarning;
  std::string name;
  std::string title;
  std::string because;
  std::string suggest;
  std::string assign;
  uint32_t domain = 0;
  uint32_t rule = 0;  // index into Domain::rules
};

inline constexpr uint32_t kFromProfile = UINT32_MAX;  // while planning: a slot that comes later

struct KeyPartPlan {
  uint32_t slot = 0;
  dsl::Type type;
};

// Rows of a type that have some parts of a key in their subject's profile alone: the fold of their
// subject puts them out with these, as of the row's time, in slots behind the type's own. What
// tells an end stands where the beginning does: it has them as of that time.
struct RekeyPlan {
  uint16_t type = 0;
  std::optional<uint32_t> began;  // of an end: the slot of that time
  uint32_t route = 0;             // Domain::routes
  std::vector<uint32_t> fields;   // Domain::profile
};

// What a row of one type can set off in a domain.
struct TypeUse {
  bool taken = false;  // rows of this type come here: all declared ones that have the key, and
                       // those put out by other folds that rules here read
  bool kept = false;   // rules read rows of this type
  std::vector<KeyPartPlan> key;   // not by subject: where its parts stand
  uint16_t across = kNoType;      // everybody within reach sees copies of these rows, as this type
  std::vector<uint32_t> seen_in;  // of such a copy: the reaches across which it is seen
  int reach = kNoReach;           // rows of this type tell who is within it
  bool rekeyed = false;  // rows come not as they are, but from a fold of their subject (RekeyPlan)
  std::vector<uint32_t> rekeys;         // Domain::rekeys of this type
  int life = kNoLife;                   // index into Domain::lives
  std::vector<uint32_t> untils;         // that a row may be the ending record of
  std::vector<uint32_t> entering;       // counted aggregates that gain a row at its own time
  std::vector<uint32_t> workday_edges;  // the type's edges in working days
  std::vector<uint32_t> profile;        // profile fields that it may change
  std::vector<uint32_t> while_rules;    // to look at again when a row comes
  std::vector<uint32_t> readers;     // put out by other folds: `while` rules whose key exists from
                                     // its first row, if not earlier
  std::vector<uint32_t> last_steps;  // `on` rules whose last positive step it is
  std::vector<uint32_t>
      first_steps;  // `on each` rules of more than one step whose first step it is
};

// Where rows go that the folds of a domain put out.
struct RoutePlan {
  std::vector<uint32_t> targets;  // domains of later layers, which find their key in the row
};

struct Domain {
  uint32_t layer = 0;
  std::vector<std::string> key_names;  // of its parts; none: by subject
  Code code;
  std::vector<Edge> edges;
  std::vector<AggregatePlan> aggregates;
  std::vector<LifePlan> lives;
  std::vector<UntilPlan> untils;
  std::vector<ProfilePlan> profile;
  std::vector<RulePlan> rules;
  std::vector<TypeUse> types;         // by record type
  std::vector<uint32_t> while_rules;  // all of them
  std::vector<RoutePlan> routes;
  std::vector<RekeyPlan> rekeys;
  std::vector<LinkPlan> links;
  std::vector<ReachPlan> reaches;
  uint16_t types_own = 0;      // behind these come copies of rows, in the same order, and reaches
  bool takes_derived = false;  // rows that other folds put out come here
  // For subscribers' filters: the part of the key, or the profile field, named region; -1: none.
  int region_part = -1;
  int region_profile = -1;

  bool by_subject() const { return key_names.empty(); }
  // The type of the record that a row, or a copy of it, stands for.
  uint16_t shown_as(uint16_t type) const { return type < types_own ? type : type - types_own; }
};

struct Program {
  std::string name;
  std::string timezone;
  std::string hash;            // first 16 hex digits of SHA-256 over canonical_text
  std::string canonical_text;  // of the policy without its tests: enough to compile it again
  std::shared_ptr<const Calendar> calendar;
  std::vector<std::string> levels;
  bool strict_uscc = false;       // a subject that fails the check of a credit code is refused
  std::vector<TablePlan> tables;  // as declared
  std::vector<TypePlan> types;    // ascending by name
  std::vector<RuleText> rules;    // ascending by name; behind them the tellings, the same
  std::vector<Period> periods;    // of all tellings
  std::vector<Domain> domains;    // ascending by layer; 0: by subject

  bool has_private_columns() const {
    return std::any_of(types.begin(), types.end(),
                       [](const TypePlan& type) { return !type.private_columns.empty(); });
  }
};

// `every D` as a period. Requires: whole days.
Period period_of(const dsl::Duration& every);

}  // namespace tocsin::plan
