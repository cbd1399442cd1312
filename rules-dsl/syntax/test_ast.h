// The syntax tree of the `test` blocks of a policy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rules-dsl/syntax/literal.h"

namespace tocsin::dsl {

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

}  // namespace tocsin::dsl
