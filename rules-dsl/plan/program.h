// The compiled policy: what the engine runs.
//
// Immutable and shared between threads. Record types and rules are numbered in the order of their
// names, so that nothing depends on the order of files. A *domain* is one kind of key – the subject
// (always domain 0), or fields (`by controller`) – on one *layer*: what a domain's fold
// puts out (records of warnings, for the rules that read them) goes to domains of later layers.
// Rules live in the domain of their key on the first layer that has all they read. Inside a domain
// equal expressions and aggregates exist once, whatever the number of rules that use them.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/value.h"

namespace re2 {
class RE2;
}

namespace tocsin::plan {

using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

// ---------------------------------------------------------------- records

struct FieldPlan {
  std::string name;
  std::string from;    // JSON key
  std::string format;  // strftime pattern or empty
  dsl::Type type;
  bool optional = false;
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
};

// ---------------------------------------------------------------- expressions

// a and b are operand nodes unless said otherwise.
enum class Op : uint8_t {
  kConstant,  // a = index into Code::constants
  kField,     // a = slot of the record in `scope`
  kRecordId,  // of the record in `scope`
  kRecordSubject,
  kRecordTime,
  kRecordType,  // its name
  kKey,         // of the key: a = part
  kProfile,     // a = index into Domain::profile
  kAggregate,   // a = index into Domain::aggregates
  kRemembered,  // a, evaluated once a step; b = its place among these
  kNot,
  kAnd,
  kOr,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kNegate,
  kToDecimal,
  kToFloat,  // of an int or a decimal
  kCoalesce,
  kIsMissing,
  kIsKnown,
  kIn,  // b = index into Code::lists
  kContains,
  kStartsWith,
  kEndsWith,
  kMatches,  // b = index into Code::patterns
  kLower,
  kLength,
  kAbsolute,
  kRound,
  kFloor,
  kYear,
  kMonth,
  kDay,
  kWeekday,
  kHour,
  kDaysBetween,
  kProvince,
  kCity,
  kSection,
  kDivision,
};

struct Node {
  Op op = Op::kConstant;
  int8_t scope = 0;  // dsl::kAggregatedRecord or the index of a bound record
  uint32_t a = kNoNode;
  uint32_t b = kNoNode;
  friend bool operator==(const Node&, const Node&) = default;
};

// The expressions of one domain. Operands precede the nodes that use them.
struct Code {
  std::vector<Node> nodes;
  std::vector<Value> constants;  // texts point into `texts`
  std::deque<std::string> texts;
  std::vector<std::vector<NodeId>> lists;
  std::vector<std::unique_ptr<re2::RE2>> patterns;
  uint32_t remembered = 0;  // number of kRemembered nodes

  Code();
  Code(Code&&) noexcept;
  ~Code();
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
  bool timed = false;              // a `while` rule depends on it: the crossing is a change point
  std::vector<uint32_t> entering;  // counted aggregates that gain a row here
  std::vector<uint32_t> leaving;   // counted aggregates that lose one here
  std::vector<uint32_t> rules;     // `while` rules (Domain::rules) to look at again
};

inline constexpr int kNoEdge = -1;

struct AggregatePlan {
  dsl::AggregateKind kind = dsl::AggregateKind::kCount;
  uint16_t type = 0;
  NodeId value = kNoNode;
  NodeId where = kNoNode;
  int enter = kNoEdge;                         // none: a row is inside from its own time on
  int leave = kNoEdge;                         // none: for ever
  int64_t last_n = 0;                          // 0: no length window
  ValueKind value_kind = ValueKind::kMissing;  // of the values summed
  bool counted =
      false;  // kept up to date row by row (count, exists, exact sum and average of the row alone)
};

struct ProfileSourcePlan {
  uint16_t type = 0;
  uint16_t slot = 0;
};
// subject.f: the latest known value among the sources.
struct ProfilePlan {
  std::vector<ProfileSourcePlan> sources;
};

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

// The record of a rule's warning, as of its start: what stands in each of its slots.
struct WarningRecordPlan {
  enum class From : uint8_t { kLevel, kKey, kNode };
  struct Slot {
    From from = From::kLevel;
    uint32_t part = 0;  // of the key
    NodeId node = kNoNode;
  };
  uint16_t type = 0;
  uint32_t route = 0;  // Domain::routes
  std::vector<Slot> slots;
};

struct RulePlan {
  uint32_t index = 0;  // into Program::rules
  bool is_while = false;
  NodeId condition = kNoNode;
  bool each = false;
  std::vector<StepPlan> steps;
  std::optional<AbsencePlan> absence;
  std::optional<TimeSpan> once_span;
  NodeId once_value = kNoNode;
  std::vector<LevelPlan> levels;
  NodeId for_subject = kNoNode;
  dsl::Type for_type;
  std::vector<NodeId> with;
  std::optional<WarningRecordPlan> record;  // when rules read its warnings
  std::vector<uint16_t> derived_reads;      // types of other rules' warnings that it reads
  TemplatePlan say;                         // no parts: the title, else the name
  std::vector<uint32_t>
      evidence;          // aggregates of the condition; not those that speak of the absent record
  int region_step = -1;  // `on`: the bound record whose `region` field tells the warning's region
  uint16_t region_slot = 0;
};

// What people are told about a rule.
struct RuleText {
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
// subject puts them out with these, as of the row's time, in slots behind the type's own.
struct RekeyPlan {
  uint16_t type = 0;
  uint32_t route = 0;            // Domain::routes
  std::vector<uint32_t> fields;  // Domain::profile
};

// What a row of one type can set off in a domain.
struct TypeUse {
  bool taken = false;  // rows of this type come here: all declared ones that have the key, and
                       // those put out by other folds that rules here read
  bool kept = false;   // rules read rows of this type
  std::vector<KeyPartPlan> key;  // not by subject: where its parts stand
  bool rekeyed = false;  // rows come not as they are, but from a fold of their subject (RekeyPlan)
  std::vector<uint32_t> rekeys;       // Domain::rekeys of this type
  std::vector<uint32_t> entering;     // counted aggregates that gain a row at its own time
  std::vector<uint32_t> profile;      // profile fields that it may change
  std::vector<uint32_t> while_rules;  // to look at again when a row comes
  std::vector<uint32_t> readers;      // put out by other folds: `while` rules whose key exists from
                                      // its first row, if not earlier
  std::vector<uint32_t> last_steps;   // `on` rules whose last positive step it is
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
  std::vector<ProfilePlan> profile;
  std::vector<RulePlan> rules;
  std::vector<TypeUse> types;         // by record type
  std::vector<uint32_t> while_rules;  // all of them
  std::vector<RoutePlan> routes;
  std::vector<RekeyPlan> rekeys;
  bool takes_derived = false;  // rows that other folds put out come here
  // For subscribers' filters: the part of the key, or the profile field, named region; -1: none.
  int region_part = -1;
  int region_profile = -1;

  bool by_subject() const { return key_names.empty(); }
};

struct Program {
  std::string name;
  std::string timezone;
  std::string hash;            // first 16 hex digits of SHA-256 over canonical_text
  std::string canonical_text;  // of the policy without its tests: enough to compile it again
  std::shared_ptr<const Calendar> calendar;
  std::vector<std::string> levels;
  std::vector<TypePlan> types;  // ascending by name
  std::vector<RuleText> rules;  // ascending by name
  std::vector<Domain> domains;  // ascending by layer; 0: by subject
};

}  // namespace tocsin::plan
