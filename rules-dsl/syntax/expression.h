// Expressions of the syntax tree: what the parser reads, and what the checker adds to it.
//
// Part of ast.h, which says who fills what.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rules-dsl/syntax/ast_types.h"
#include "rules-dsl/syntax/literal.h"
#include "rules-dsl/syntax/source.h"
#include "rules-dsl/syntax/type.h"

namespace tocsin::dsl {

// ---------------------------------------------------------------- expressions

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

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
  kScore,      // `index` = Policy::scores; of the key's subject as of the evaluation time
  kGrade,      // the same score's grade
  kPart,       // .province .city .section .division .suspect: `index` = Part
};
enum class Builtin : uint8_t { kId, kSubject, kTime, kType, kSubjectSuspect };
enum class Part : uint8_t { kProvince, kCity, kSection, kDivision, kSuspect };

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
  kDaysBetween,
  kIsWorkday
};
inline constexpr const char* kFunctionNames[] = {
    "contains", "starts_with", "ends_with",    "matches",   "lower", "length",
    "abs",      "round",       "floor",        "year",      "month", "day",
    "weekday",  "hour",        "days_between", "is_workday"};
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
// across LINK [N hops] [excluding self] [at most M]
struct Across {
  std::string link;
  Span link_span;
  int link_index = -1;  // checker: Policy::links
  int hops = 1;
  bool excluding_self = false;
  std::optional<int64_t> at_most;  // names; none: limits::kReachNames
};
// Which records an aggregate takes: all, or those that are so at the time (language.md 5).
enum class RecordState : uint8_t { kAny, kInForce, kOverdue };
struct Aggregate {
  AggregateKind kind;
  ExprPtr value;  // null for count and exists
  std::string record;
  Span record_span;
  int record_type = -1;  // checker: Policy::records
  RecordState state = RecordState::kAny;
  ExprPtr where;  // may be null; scope kAggregatedRecord, and the rule's bound records
  std::optional<Duration> over;
  std::optional<Duration> ago;
  std::optional<int64_t> last_n;
  std::optional<Across> across;
};

struct Lookup {  // table[key].column
  std::string table;
  Span table_span;
  ExprPtr key;
  std::string column;
  Span column_span;
  int table_index = -1;   // checker: Policy::tables
  int column_index = -1;  // checker: TableDecl::columns
};

struct Expr {
  Span span;
  std::variant<Literal, Name, Member, Unary, Binary, In, Is, Call, Aggregate, Lookup> node;
  Type type;       // checker
  int height = 1;  // of the tree from here down; the parser keeps it within limits::kNestingMax
};

// Adds the parts that `and` joins, in the order of the text.
inline void add_conjuncts(const Expr& expr, std::vector<const Expr*>& found) {
  const auto* binary = std::get_if<Binary>(&expr.node);
  if (binary == nullptr || binary->op != BinaryOp::kAnd) return found.push_back(&expr);
  add_conjuncts(*binary->left, found);
  add_conjuncts(*binary->right, found);
}

// Null: not a text literal.
inline const std::string* text_of(const Expr& expr) {
  const auto* literal = std::get_if<Literal>(&expr.node);
  return literal == nullptr ? nullptr : std::get_if<std::string>(&literal->value);
}

}  // namespace tocsin::dsl
