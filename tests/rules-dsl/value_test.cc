#include "rules-dsl/value/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "rules-dsl/value/functions.h"
#include "rules-dsl/value/text.h"

namespace tocsin {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

Value i(int64_t n) { return Value::of_int(n); }
Value f(double n) { return Value::of_float(n); }
// A decimal as it is written.
Value d(const char* text) { return Value::of_decimal(parse_decimal(text).value()); }
const Value kNone = Value::missing();
const Value kTrue = Value::of_bool(true);
const Value kFalse = Value::of_bool(false);

std::string show(Value v) {
  static const auto calendar = Calendar::open("UTC");
  const char* kind[] = {"", "bool ", "int ", "decimal ", "float ", "text ", "", "", ""};
  return kind[static_cast<int>(v.kind())] + format_value(v, {}, *calendar);
}

struct Operation {
  Value a, b, result;
};

void expect_all(Value (*operation)(Value, Value), const std::vector<Operation>& table) {
  for (const auto& [a, b, result] : table) {
    EXPECT_TRUE(identical(operation(a, b), result))
        << show(a) << ", " << show(b) << ": " << show(operation(a, b)) << " not " << show(result);
  }
}

TEST(Logic, IsKleenes) {
  expect_all(logical_and, {{kTrue, kTrue, kTrue},
                           {kTrue, kFalse, kFalse},
                           {kTrue, kNone, kNone},
                           {kFalse, kNone, kFalse},
                           {kNone, kFalse, kFalse},
                           {kNone, kNone, kNone}});
  expect_all(logical_or, {{kFalse, kFalse, kFalse},
                          {kTrue, kFalse, kTrue},
                          {kTrue, kNone, kTrue},
                          {kNone, kTrue, kTrue},
                          {kFalse, kNone, kNone},
                          {kNone, kNone, kNone}});
  EXPECT_TRUE(logical_not(kTrue).is_false());
  EXPECT_TRUE(logical_not(kFalse).is_true());
  EXPECT_TRUE(logical_not(kNone).is_missing());
}

TEST(Arithmetic, AddsAndSubtractsExactly) {
  expect_all(add, {{i(1), i(2), i(3)},
                   {i(1), d("0.5"), d("1.5")},
                   {d("0.5"), i(-1), d("-0.5")},
                   {d("0.1"), d("0.2"), d("0.3")},
                   {d("0.5"), f(0.25), f(0.75)},
                   {i(kMax), i(1), kNone},
                   {i(kMin), i(-1), kNone},
                   {i(kMax), i(kMin), i(-1)},
                   {i(kMax), d("0"), kNone},  // an int that no decimal can hold
                   {i(kMax / 10'000), d("0.5807"), Value::of_decimal(kMax)},
                   {i(kMax / 10'000), d("0.5808"), kNone},
                   {Value::of_decimal(kMax), Value::of_decimal(1), kNone},
                   {f(1e308), f(1e308), kNone},
                   {i(1), kNone, kNone},
                   {kNone, f(1), kNone},
                   {i(1), kTrue, kNone},
                   {Value::of_text("1"), i(1), kNone}});
  expect_all(subtract, {{i(1), i(2), i(-1)},
                        {d("0.3"), d("0.1"), d("0.2")},
                        {i(0), i(kMin), kNone},
                        {i(-1), i(kMin), i(kMax)},
                        {Value::of_decimal(kMin), Value::of_decimal(1), kNone},
                        {kNone, kNone, kNone}});
}

TEST(Arithmetic, MultipliesRoundingHalfAwayFromZero) {
  expect_all(multiply, {{i(6), i(7), i(42)},
                        {i(3), d("0.3333"), d("0.9999")},
                        {d("0.0001"), d("0.5"), d("0.0001")},    // 0.00005
                        {d("-0.0001"), d("0.5"), d("-0.0001")},  // -0.00005
                        {d("0.0001"), d("0.4999"), d("0")},
                        {d("-0.0001"), d("0.4999"), d("0")},
                        {d("-0.0001"), d("-0.5"), d("0.0001")},
                        {d("1.5"), d("1.5"), d("2.25")},
                        {i(kMax), i(2), kNone},
                        {i(kMin), i(-1), kNone},
                        {i(kMin), i(1), i(kMin)},
                        {i(kMin), Value::of_decimal(kMin), kNone},
                        {Value::of_decimal(kMin), Value::of_decimal(kMin), kNone},
                        {Value::of_decimal(kMax), d("1"), Value::of_decimal(kMax)},
                        {Value::of_decimal(kMin), i(-1), kNone},
                        {f(1e200), f(1e200), kNone},
                        {d("0.5"), f(4), f(2)},
                        {Value::of_date(3), i(2), kNone}});
}

TEST(Arithmetic, DividesIntoDecimals) {
  expect_all(divide, {{i(1), i(2), d("0.5")},
                      {i(2), i(3), d("0.6667")},
                      {i(-2), i(3), d("-0.6667")},
                      {i(2), i(-3), d("-0.6667")},
                      {i(1), i(20'000), d("0.0001")},  // 0.00005
                      {i(-1), i(20'000), d("-0.0001")},
                      {i(1), i(20'001), d("0")},
                      {i(6), i(3), d("2")},
                      {d("1"), d("0.0001"), d("10000")},
                      {i(1), d("0.25"), d("4")},
                      {d("1"), i(3), d("0.3333")},
                      {i(kMax), i(1), kNone},
                      {i(kMin), i(kMin), d("1")},
                      {Value::of_decimal(kMin), i(-1), kNone},
                      {Value::of_decimal(kMin), i(1), Value::of_decimal(kMin)},
                      {i(1), i(0), kNone},
                      {d("1"), d("0"), kNone},
                      {i(0), i(0), kNone},
                      {f(1), f(0), kNone},
                      {f(0), i(0), kNone},
                      {i(1), f(4), f(0.25)}});
}

TEST(Arithmetic, OfOneNumber) {
  struct Row {
    Value in, negated, absolute, rounded, floored;
  };
  const Row table[] = {
      {i(5), i(-5), i(5), i(5), i(5)},
      {i(kMin), kNone, kNone, i(kMin), i(kMin)},
      {i(kMax), i(-kMax), i(kMax), i(kMax), i(kMax)},
      {d("2.5"), d("-2.5"), d("2.5"), i(3), i(2)},
      {d("-2.5"), d("2.5"), d("2.5"), i(-3), i(-3)},
      {d("-2.4999"), d("2.4999"), d("2.4999"), i(-2), i(-3)},
      {d("-2"), d("2"), d("2"), i(-2), i(-2)},
      {Value::of_decimal(kMin), kNone, kNone, i(-922337203685478), i(-922337203685478)},
      {f(-2.5), f(2.5), f(2.5), i(-3), i(-3)},
      {f(9.3e18), f(-9.3e18), f(9.3e18), kNone, kNone},
      {f(-9223372036854775808.0), f(9223372036854775808.0), f(9223372036854775808.0), i(kMin),
       i(kMin)},
      {kNone, kNone, kNone, kNone, kNone},
      {Value::of_text("x"), kNone, kNone, kNone, kNone},
  };
  for (const Row& row : table) {
    EXPECT_TRUE(identical(negate(row.in), row.negated)) << show(row.in);
    EXPECT_TRUE(identical(absolute(row.in), row.absolute)) << show(row.in);
    EXPECT_TRUE(identical(round_number(row.in), row.rounded)) << show(row.in);
    EXPECT_TRUE(identical(floor_number(row.in), row.floored)) << show(row.in);
  }
}

TEST(Compare, OrdersValuesOfOneKindAndNumbersOfAll) {
  struct Row {
    Value a, b;
    Order order;
  };
  const Row table[] = {
      {i(1), i(2), Order::kLess},
      {i(kMax), i(kMin), Order::kGreater},
      {i(kMax), Value::of_decimal(kMax), Order::kGreater},
      {i(kMin), Value::of_decimal(kMin), Order::kLess},
      {i(2), d("2.0"), Order::kEqual},
      {d("2.0001"), i(2), Order::kGreater},
      {d("0.1"), f(0.1), Order::kEqual},
      {i(9007199254740993), f(9007199254740992.0), Order::kEqual},  // both as doubles
      {Value::of_text("a"), Value::of_text("ab"), Order::kLess},
      {Value::of_text("\x7f"), Value::of_text("\x80"), Order::kLess},  // bytes, not signed chars
      {Value::of_text(""), Value::of_text(""), Order::kEqual},
      {Value::of_date(-1), Value::of_date(1), Order::kLess},
      {Value::of_time(kMin), Value::of_time(kMax), Order::kLess},
      {Value::of_enum(2), Value::of_enum(1), Order::kGreater},
      {kFalse, kFalse, Order::kEqual},
      {kNone, kNone, Order::kUnknown},
      {i(1), kNone, Order::kUnknown},
      {kNone, Value::of_text("a"), Order::kUnknown},
      {i(1), kTrue, Order::kUnknown},
      {kTrue, f(1), Order::kUnknown},
  };
  for (const Row& row : table) {
    EXPECT_EQ(compare(row.a, row.b), row.order) << show(row.a) << " and " << show(row.b);
  }
}

TEST(Identical, AsksForKindAndContent) {
  EXPECT_TRUE(identical(kNone, kNone));
  EXPECT_TRUE(identical(Value::of_text("ab"), Value::of_text(std::string("ab"))));
  EXPECT_FALSE(identical(i(2), d("2")));
  EXPECT_FALSE(identical(kNone, kFalse));
  EXPECT_FALSE(identical(Value::of_date(1), Value::of_time(1)));
  EXPECT_TRUE(Value::of_float(std::nan("")).is_missing());
  EXPECT_TRUE(Value::of_float(INFINITY).is_missing());
}

TEST(ExactSum, ForgetsNothingAndKeepsNothing) {
  ExactSum sum;
  EXPECT_TRUE(identical(sum.sum(ValueKind::kInt), i(0)));
  EXPECT_TRUE(identical(sum.sum(ValueKind::kDecimal), d("0")));
  EXPECT_TRUE(sum.average(ValueKind::kInt).is_missing());

  sum.add(i(kMax));
  sum.add(i(kMax));
  EXPECT_TRUE(sum.sum(ValueKind::kInt).is_missing());
  EXPECT_TRUE(sum.average(ValueKind::kInt).is_missing());  // beyond what a decimal holds
  sum.add(i(2));
  sum.subtract(i(kMax));
  sum.subtract(i(kMax));
  EXPECT_TRUE(identical(sum.sum(ValueKind::kInt), i(2)));
  EXPECT_EQ(sum.count(), 1);
}

TEST(ExactSum, RoundsAveragesHalfAwayFromZero) {
  ExactSum positive, negative, decimals;
  for (int n = 0; n < 3; ++n) positive.add(i(n == 0 ? 2 : 0));
  for (int n = 0; n < 3; ++n) negative.add(i(n == 0 ? -2 : 0));
  decimals.add(d("-0.0001"));
  decimals.add(d("0"));
  EXPECT_TRUE(identical(positive.average(ValueKind::kInt), d("0.6667")));
  EXPECT_TRUE(identical(negative.average(ValueKind::kInt), d("-0.6667")));
  EXPECT_TRUE(identical(decimals.average(ValueKind::kDecimal), d("-0.0001")));
}

TEST(ExactSum, EqualsTheSumOfWhatIsLeftInAnyOrder) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 100; ++round) {
    std::vector<int64_t> left;
    ExactSum sum;
    for (int step = 0; step < 50; ++step) {
      if (!left.empty() && random() % 3 == 0) {
        std::swap(left[random() % left.size()], left.back());
        sum.subtract(Value::of_decimal(left.back()));
        left.pop_back();
      } else {
        left.push_back(static_cast<int64_t>(random()) / 1000);
        sum.add(Value::of_decimal(left.back()));
      }
    }
    Int128 total = 0;
    for (const int64_t n : left) total += n;
    ASSERT_EQ(sum.count(), static_cast<int64_t>(left.size()));
    ASSERT_TRUE(
        identical(sum.sum(ValueKind::kDecimal), Value::of_decimal(static_cast<int64_t>(total))));
  }
}

TEST(Functions, TakeDaysAndHoursOnTheZonesClock) {
  const auto calendar = Calendar::open("Asia/Shanghai");
  // 2 June, 07:30 there.
  const Value time = Value::of_time(*calendar->parse_time("2025-06-01T23:30:00Z"));
  EXPECT_TRUE(identical(year(time, *calendar), i(2025)));
  EXPECT_TRUE(identical(month(time, *calendar), i(6)));
  EXPECT_TRUE(identical(day(time, *calendar), i(2)));
  EXPECT_TRUE(identical(weekday(time, *calendar), i(1)));
  EXPECT_TRUE(identical(hour(time, *calendar), i(7)));

  const Value date = Value::of_date(*Calendar::parse_date("2025-06-01"));
  EXPECT_TRUE(identical(weekday(date, *calendar), i(7)));
  EXPECT_TRUE(identical(hour(date, *calendar), i(0)));
  EXPECT_TRUE(identical(days_between(date, time, *calendar), i(1)));
  EXPECT_TRUE(identical(days_between(time, date, *calendar), i(-1)));
}

TEST(Functions, OfWhatIsNoDayAreMissing) {
  const auto calendar = Calendar::open("UTC");
  const Value bad[] = {kNone,
                       i(5),
                       Value::of_text("2025-06-01"),
                       Value::of_time(Calendar::kNever),
                       Value::of_time(kMin),
                       Value::of_date(kMax),
                       Value::of_date(*Calendar::parse_date("9999-12-31") + 1)};
  for (const Value v : bad) {
    for (const auto function : {year, month, day, weekday, hour}) {
      EXPECT_TRUE(function(v, *calendar).is_missing());
    }
    EXPECT_TRUE(days_between(v, Value::of_date(0), *calendar).is_missing());
    EXPECT_TRUE(days_between(Value::of_date(0), v, *calendar).is_missing());
  }
}

TEST(Functions, PartsOfCodesPointIntoTheirBytes) {
  const std::string region = "330106", industry = "C1351";
  EXPECT_EQ(province(Value::of_text(region)).text(), "33");
  EXPECT_EQ(city(Value::of_text(region)).text(), "3301");
  EXPECT_EQ(city(Value::of_text(region)).text().data(), region.data());
  EXPECT_EQ(section(Value::of_text(industry)).text(), "C");
  EXPECT_EQ(division(Value::of_text("C13")).text(), "C13");
  EXPECT_EQ(division(Value::of_text(industry)).text(), "C13");
  for (const char* bad : {"", "33", "33010", "3301066", "33010x", "浙江"}) {
    EXPECT_TRUE(province(Value::of_text(bad)).is_missing()) << bad;
    EXPECT_TRUE(city(Value::of_text(bad)).is_missing()) << bad;
  }
  for (const char* bad : {"", "C1", "C13511", "c13", "113", "C1x", "食品"}) {
    EXPECT_TRUE(section(Value::of_text(bad)).is_missing()) << bad;
    EXPECT_TRUE(division(Value::of_text(bad)).is_missing()) << bad;
  }
  EXPECT_EQ(section(Value::of_text("C")).text(), "C");
  EXPECT_TRUE(division(Value::of_text("C")).is_missing());
  EXPECT_TRUE(province(kNone).is_missing());
  EXPECT_TRUE(section(i(3)).is_missing());
}

}  // namespace
}  // namespace tocsin
