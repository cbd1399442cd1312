// The syntax tree of a policy, and what the checker adds to it.
//
// The parser fills everything but the members marked "checker". Trees are owned by their Policy and
// immutable after check(). Durations, levels and literals keep what is needed to print them
// canonically. Meaning: language.md; nothing here knows how anything is evaluated.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rules-dsl/syntax/source.h"

namespace tocsin::dsl {

// ---------------------------------------------------------------- types

enum class TypeKind : uint8_t {
  kError,  // a mistake was already reported here
  kBool,
  kInt,
  kDecimal,  // int64 scaled by 10,000
  kFloat,
  kText,
  kTime,      // microseconds since the epoch, UTC
  kDate,      // days since 1970-01-01
  kUscc,      // text at run time
  kRegion,    // text at run time; .province .city
  kIndustry,  // text at run time; .section .division
  kEnum,      // index into values at run time
};

struct EnumType {
  std::vector<std::string> values;
  bool ordered = false;  // `a < b < c`
};

struct Type {
  TypeKind kind = TypeKind::kError;
  std::shared_ptr<const EnumType> values;  // kEnum only
};

// ---------------------------------------------------------------- durations

enum class DurationUnit : uint8_t { kMs, kSecond, kMinute, kHour, kDay, kWeek, kMonth, kYear };

// Fixed (ms..w) or calendar (mo, y). Always positive; `count` fits the unit's range in limits.h.
struct Duration {
  int64_t count = 0;
  DurationUnit unit = DurationUnit::kDay;

  bool is_calendar() const { return unit == DurationUnit::kMonth || unit == DurationUnit::kYear; }
  int64_t micros() const;  // fixed only
  int32_t months() const;  // calendar only
  friend bool operator==(const Duration&, const Duration&) = default;
};

// ---------------------------------------------------------------- expressions

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct DecimalLiteral {
  int64_t scaled = 0;  // times 10,000
};
// A number with more than 4 places is a double.
using LiteralValue = std::variant<bool, int64_t, DecimalLiteral, double, std::string>;

struct Literal {
  LiteralValue value;
};

// What a name means. Set by the checker.
enum class BindingKind : uint8_t {
  kNone,
  kField,      // `index` = field of the record in `scope`
  kBuiltin,    // `index` = Builtin, of the record in `scope`
  kLet,        // `index` = Policy::lets
  kEnumValue,  // `index` = value of Expr::type
  kProfile,    // `index` = Policy::profile.fields; the key's subject as of the evaluation time
  kKey,        // `index` = part of the rule's key
  kPart,       // .province .city .section .division: `index` = Part
};
enum class Builtin : uint8_t { kId, kSubject, kTime, kType };
enum class Part : uint8_t { kProvince, kCity, kSection, kDivision };

// Scope of a field: the record that an aggregate runs over, or the n-th bound record of the rule
// (0 = `on`, 1.. = `then`; the absent record of `then no` is the last).
inline constexpr int kAggregatedRecord = -1;

struct Binding {
  BindingKind kind = BindingKind::kNone;
  int scope = kAggregatedRecord;
  int index = 0;
};

struct Name {
  std::string name;
  Binding binding;  // checker
};

struct Member {
  ExprPtr object;
  std::string member;
  Span member_span;
  Binding binding;  // checker; kPart keeps `object` as operand, otherwise `object` is not evaluated
};

enum class UnaryOp : uint8_t { kNot, kMinus };
struct Unary {
  UnaryOp op;
  ExprPtr operand;
};

enum class BinaryOp : uint8_t {
  kOr,
  kAnd,
  kEq,
  kNe,
  kLt,
  kLe,
  kGt,
  kGe,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kCoalesce
};
struct Binary {
  BinaryOp op;
  ExprPtr left;
  ExprPtr right;
};

struct In {  // value in {a, b}
  ExprPtr value;
  std::vector<ExprPtr> items;
};

struct Is {  // value is missing | value is known
  ExprPtr value;
  bool missing = true;
};

// Functions of language.md 4.
enum class Function : uint8_t {
  kContains,
  kStartsWith,
  kEndsWith,
  kMatches,
  kLower,
  kLength,
  kAbs,
  kRound,
  kFloor,
  kYear,
  kMonth,
  kDay,
  kWeekday,
  kHour,
  kDaysBetween
};
inline constexpr const char* kFunctionNames[] = {
    "contains", "starts_with", "ends_with", "matches", "lower",   "length", "abs",         "round",
    "floor",    "year",        "month",     "day",     "weekday", "hour",   "days_between"};
struct Call {
  std::string name;
  Function function = Function::kAbs;  // checker
  std::vector<ExprPtr> arguments;
};

enum class AggregateKind : uint8_t {
  kCount,
  kExists,
  kSum,
  kAvg,
  kMin,
  kMax,
  kStddev,
  kFirst,
  kLast,
  kDistinct
};
inline constexpr const char* kAggregateNames[] = {"count", "exists", "sum",   "avg",  "min",
                                                  "max",   "stddev", "first", "last", "distinct"};
struct Aggregate {
  AggregateKind kind;
  ExprPtr value;  // null for count and exists
  std::string record;
  Span record_span;
  int record_type = -1;  // checker: Policy::records
  ExprPtr where;         // may be null; scope kAggregatedRecord, and the rule's bound records
  std::optional<Duration> over;
  std::optional<Duration> ago;
  std::optional<int64_t> last_n;
};

struct Expr {
  Span span;
  std::variant<Literal, Name, Member, Unary, Binary, In, Is, Call, Aggregate> node;
  Type type;       // checker
  int height = 1;  // of the tree from here down; the parser keeps it within limits::kNestingMax
};

// Null: not a text literal.
inline const std::string* text_of(const Expr& expr) {
  const auto* literal = std::get_if<Literal>(&expr.node);
  return literal == nullptr ? nullptr : std::get_if<std::string>(&literal->value);
}

// ---------------------------------------------------------------- declarations

struct Identifier {
  std::string text;
  Span span;
};

struct FieldDecl {
  Identifier name;
  Type type;
  bool optional = false;
  std::string from;    // JSON key or CSV column; equal to the name when not given
  std::string format;  // strftime pattern for time and date, else empty
};

// Where the records of a type come from.
enum class Origin : uint8_t {
  kDeclared,  // from outside
  kWarnings,  // they are the warnings of the rule of the type's name
};

struct RecordDecl {
  Origin origin = Origin::kDeclared;  // checker: it adds a type for each rule whose warnings are
  int source = -1;                    // read, behind the declared ones. kWarnings: Policy::rules
  Identifier name;
  std::string title;
  std::vector<FieldDecl> fields;
  std::vector<std::string> id_from;  // joined by '|'; {"id"} when not given
  std::string subject_from;          // "subject" when not given
  std::string time_from;             // "time" when not given
  std::string time_format;           // empty: RFC 3339, or a day
};

struct ProfileSource {
  Identifier record;
  int record_type = -1;  // checker
  int field = -1;        // checker: RecordDecl::fields of that record
};
struct ProfileField {
  Identifier name;
  std::vector<ProfileSource> sources;  // every `from` that lists the field
  Type type;                           // checker
};
struct ProfileClause {  // as written: name, region from registration
  std::vector<Identifier> fields;
  Identifier record;
};
struct Profile {
  Span span;
  std::vector<ProfileClause> clauses;
  std::vector<ProfileField> fields;  // checker, in order of first mention
};

struct LetDecl {
  Identifier name;
  ExprPtr value;
};

// ---------------------------------------------------------------- rules

struct TemplatePart {
  std::string text;  // used when `expression` is null
  ExprPtr expression;
};
struct Template {
  Span span;
  std::vector<TemplatePart> parts;
};

struct Step {
  Identifier record;
  int record_type = -1;  // checker
  Identifier alias;
  ExprPtr where;                   // may be null
  std::optional<Duration> within;  // every `then`; not `on`
};

struct Absence {   // then no Z z within D | before T [where C]
  Step step;       // step.within set for `within`
  ExprPtr before;  // set for `before`: a time or a date (its last microsecond)
};

struct LevelChoice {
  Identifier level;
  int index = -1;  // checker: Policy::levels
  ExprPtr when;    // null for the last, unconditional choice
};

struct OncePer {
  std::optional<Duration> span;  // a cool-down
  ExprPtr value;                 // or one warning per value
};

struct WithValue {  // a field that the warnings have as records
  Identifier name;
  ExprPtr value;
};

struct RuleDecl {
  Identifier name;
  std::string title;
  ExprPtr condition;        // `while`; null for `on`
  bool each = false;        // `on each`
  std::vector<Step> steps;  // `on`: the first and every `then`
  std::optional<Absence> absence;
  // The parts of the key: each a field of the records, else of the profile; none: by subject.
  std::vector<Identifier> by;
  std::optional<OncePer> once;
  std::vector<LevelChoice> levels;  // at least one; the last has no `when`
  ExprPtr for_subject;              // may be null
  std::vector<WithValue> with;
  std::optional<Template> say;
  std::string because, suggest, assign;
  std::set<int> reads;   // checker: the record types that it looks at, Policy::records
  int record_type = -1;  // checker: of its warnings, when rules read them
};

// ---------------------------------------------------------------- tests

struct TestValue {
  Identifier field;
  std::variant<LiteralValue, Identifier> value;  // Identifier: an enum value
  Span span;
};
struct TestRecord {
  Span span;
  Identifier time;  // as written, 2025-01-10 or 2025-01-10T08:00:00[.ffffff][Z|+08:00]
  Identifier type;
  std::string subject;
  std::vector<TestValue> values;  // may contain `id`
};
struct TestClock {
  Identifier time;
};
struct Expectation {
  Span span;
  bool none = false;  // expect no RULE
  Identifier rule;
  std::optional<Identifier> subject;  // for "A"
  std::optional<Identifier> at;       // raised exactly then
  std::optional<Identifier> level;
  std::optional<Identifier> until;  // cleared exactly then
  bool open = false;                // still open at the end
  std::optional<int64_t> times;     // exactly so many warnings match: `3 times`
};
struct TestDecl {
  std::string title;
  Span span;
  std::vector<std::variant<TestRecord, TestClock>> events;
  std::vector<Expectation> expectations;
};

// ---------------------------------------------------------------- the policy

// What the parser left out because of mistakes. A name that occurs there may have been declared
// there, so nobody may call it unknown.
struct Damage {
  bool any = false;         // some mistake was reported
  bool everything = false;  // a name or a whole file could not be read
  std::set<std::string, std::less<>> names;

  bool may_declare(std::string_view name) const { return everything || names.count(name) > 0; }
};

struct Policy {
  std::string name;
  std::string timezone = "UTC";
  Span timezone_span;              // of the text, for messages
  std::vector<Identifier> levels;  // lowest first; blue < yellow < orange < red when not given
  std::vector<RecordDecl> records;
  Profile profile;
  std::vector<LetDecl> lets;
  std::vector<RuleDecl> rules;
  std::vector<int> rule_order;  // checker: `rules`, each behind those whose warnings it reads
  std::vector<TestDecl> tests;
  Damage damage;
};

}  // namespace tocsin::dsl
