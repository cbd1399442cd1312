// A condition that is refused as never true is true for no record.
//
// Random conjunctions over a record of few fields, judged by the naive evaluator on every record
// that its literals can tell apart.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/choices.h"
#include "tests/support/naive_expression.h"
#include "tests/support/policy_text.h"
#include "tests/support/property_check.h"

namespace tocsin::testing {
namespace {

const char* const kRecord =
    "record p { n int optional  m int optional  d decimal optional  b bool optional\n"
    "  s text optional  k one of low < mid < top optional }\n";

std::string number_atom(Choices& choices) {
  const std::string op = choices.of<std::string>({" == ", " != ", " < ", " <= ", " > ", " >= "});
  const std::string left = choices.of<std::string>({"p1.n", "p1.n", "p1.m", "p1.d", "(p1.n + 1)"});
  return left + op + choices.of<std::string>({"1", "2", "3", "1.5", "2.00000", "p1.n", "p1.m"});
}

std::string atom(Choices& choices) {
  switch (choices.among(8)) {
    case 0:
      return "p1.b" + choices.of<std::string>({"", " == true", " != true", " in {false}"});
    case 1:
      return "p1.k" + choices.of<std::string>(
                          {" == mid", " != low", " > low", " in {low, top}", " != top", " <= mid"});
    case 2:
      return "p1.s" + choices.of<std::string>({" == \"a\"", " != \"a\"", " in {\"a\", \"b\"}",
                                               " in {\"b\"}", " != \"b\""});
    case 3:
      return "p1." + choices.of<std::string>({"n", "m", "d", "b", "s", "k"}) +
             choices.of<std::string>({" is missing", " is missing", " is known"});
    case 4:
      return "p1.n in " + choices.of<std::string>({"{1, 2}", "{2, 3}", "{3.0}", "{4, 1}"});
    case 5:
      return choices.of<std::string>({"contains(p1.s, \"a\")", "(p1.n ?? 2) > 1",
                                      "(p1.d ?? p1.n) <= 2", "lower(p1.s) == \"a\""});
    default:
      return number_atom(choices);
  }
}

std::string literal(Choices& choices) { return (choices.one_in(3) ? "not " : "") + atom(choices); }

// No `and` stands within another condition: it would be judged, and refused, on its own.
std::string part(Choices& choices) {
  if (choices.one_in(2)) return literal(choices);
  const std::string either = "(" + literal(choices) + " or " + literal(choices);
  const std::string more = choices.one_in(3) ? " or " + literal(choices) + ")" : ")";
  return (choices.one_in(3) ? "not " : "") + either + more;
}

std::vector<NaiveRecord> all_records() {
  const auto whole = [](int n) { return n < 0 ? Value() : Value::of_int(n); };
  std::vector<NaiveRecord> records;
  for (int n = -1; n <= 4; ++n) {
    for (int m = -1; m <= 4; ++m) {
      for (const int64_t d : {-1, 0, 10'000, 12'500, 15'000, 20'000, 25'000, 30'000, 40'000}) {
        for (int rest = 0; rest < 48; ++rest) {
          const int b = rest % 3;
          const int k = rest / 3 % 4 - 1;
          const char* const texts[] = {"", "a", "b", "c"};
          NaiveRecord record;
          record.values = {
              NaiveValue::of(whole(n)),
              NaiveValue::of(whole(m)),
              NaiveValue::of(d < 0 ? Value() : Value::of_decimal(d)),
              NaiveValue::of(b == 2 ? Value() : Value::of_bool(b == 1)),
              NaiveValue::of(rest / 12 == 0 ? Value() : Value::of_text(texts[rest / 12])),
              NaiveValue::of(k < 0 ? Value() : Value::of_enum(k))};
          records.push_back(std::move(record));
        }
      }
    }
  }
  return records;
}

const NaiveRecord* find_fitting(const dsl::Policy& policy,
                                const std::vector<NaiveRecord>& records) {
  const NaiveCalendar spans(policy);
  const RecordList others;
  const NaiveExpressions expressions(policy, spans, others);
  for (const NaiveRecord& record : records) {
    Moment moment;
    moment.bound = {&record};
    if (expressions.is_true(policy.rules[0].steps[0].where.get(), moment)) return &record;
  }
  return nullptr;
}

TEST(ContradictionProperty, WhatIsRefusedAsNeverTrueIsTrueForNoRecord) {
  const std::vector<NaiveRecord> records = all_records();
  check_property("refused conditions are never true", "500", [&] {
    const auto bytes = *rc::gen::container<std::vector<int>>(60, rc::gen::inRange(0, 256));
    Choices choices(std::vector<uint8_t>(bytes.begin(), bytes.end()));
    std::string condition = part(choices);
    for (size_t i = 1 + choices.among(3); i > 0; --i) condition += " and " + part(choices);
    const CheckedPolicy checked =
        check_policy_text(kRecord + ("rule r { on p p1 where " + condition + " level red }"));
    // What can never be true by itself may be one of several alternatives.
    if (checked.mistakes.find("together with") == std::string::npos) return;
    const bool fits = find_fitting(checked.policy, records) != nullptr;
    RC_LOG() << condition << "\n" << checked.mistakes;
    RC_ASSERT_FALSE(fits);
  });
}

}  // namespace
}  // namespace tocsin::testing
