// The expressions of a compiled policy: nodes that refer to their operands by number.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules-dsl/value/value.h"

namespace re2 {
class RE2;
}

namespace tocsin::plan {

using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

// a and b are operand nodes unless said otherwise.
enum class Op : uint8_t {
  kConstant,  // a = index into Code::constants
  kField,     // a = slot of the record in `scope`
  kRecordId,  // of the record in `scope`
  kRecordSubject,
  kRecordTime,
  kRecordType,      // its name
  kSubjectSuspect,  // whether its subject fails the check of a credit code
  kKey,             // of the key: a = part
  kProfile,         // a = index into Domain::profile
  kAggregate,       // a = index into Domain::aggregates
  kRemembered,      // a, evaluated once a step; b = its place among these
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
  kThen,     // b where a is true, else missing
  kMinimum,  // of two numbers, or of two grades; missing when either is
  kMaximum,  // the same
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
  kIsWorkday,
  kProvince,
  kCity,
  kSection,
  kDivision,
  kSuspect,
  kLookup,  // b = table * limits::kFieldsMax + column
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

// ---------------------------------------------------------------- tables

// A table by columns. Its texts live in `texts`, and so do the keys of `rows`.
struct TablePlan {
  std::vector<std::vector<Value>> columns;  // by column and row
  std::unordered_map<std::string_view, uint32_t> rows;
  std::deque<std::string> texts;

  TablePlan() = default;
  TablePlan(TablePlan&&) = default;  // a copy's keys would point into the texts of the first

  // Null when no row has the key. Requires: the key is of the kind of the key's column, or missing.
  const Value* find(Value key, size_t column) const;
};

}  // namespace tocsin::plan
