#include "rules-dsl/value/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <optional>
#include <string>

namespace tocsin {
namespace {

TEST(ParseDecimal, IsExactOrNothing) {
  struct Row {
    const char* text;
    std::optional<int64_t> scaled;
  };
  const Row table[] = {
      {"0", 0},
      {"-0", 0},
      {"1", 10'000},
      {"-1.5", -15'000},
      {"0.0001", 1},
      {"0.00010000", 1},
      {"0.00005", std::nullopt},
      {"1.23456", std::nullopt},
      {"007", 70'000},
      {".5", 5'000},
      {"5.", 50'000},
      {"1e3", 10'000'000},
      {"1.5E2", 1'500'000},
      {"1.5e+2", 1'500'000},
      {"12345e-4", 12'345},
      {"12345e-5", std::nullopt},
      {"1000000e-10", 1},
      {"0e99999999999999999999", 0},
      {"1e99999999999999999999", std::nullopt},
      {"1e-99999999999999999999", std::nullopt},
      {"922337203685477.5807", std::numeric_limits<int64_t>::max()},
      {"922337203685477.5808", std::nullopt},
      {"-922337203685477.5808", std::numeric_limits<int64_t>::min()},
      {"-922337203685477.5809", std::nullopt},
      {"0.00000000000000000000000000001e29", 10'000},
      {"100000000000000000000000000000e-29", 10'000},
      {"1000000000000000000000000000001e-30", std::nullopt},
      {"", std::nullopt},
      {"-", std::nullopt},
      {".", std::nullopt},
      {"e5", std::nullopt},
      {"1e", std::nullopt},
      {"1e+", std::nullopt},
      {"+1", std::nullopt},
      {" 1", std::nullopt},
      {"1 ", std::nullopt},
      {"1,000", std::nullopt},
      {"1.2.3", std::nullopt},
      {"--1", std::nullopt},
      {"0x10", std::nullopt},
      {"nan", std::nullopt},
  };
  for (const Row& row : table) EXPECT_EQ(parse_decimal(row.text), row.scaled) << row.text;
}

TEST(ParseNumbers, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_int("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  for (const char* bad : {"9223372036854775808", "", "1.0", "1e3", " 1", "1 ", "+1", "x"}) {
    EXPECT_EQ(parse_int(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(parse_float("1.5e2"), 150.0);
  EXPECT_EQ(parse_float("-0.1"), -0.1);
  for (const char* bad : {"inf", "-inf", "nan", "1e999", "", "1x", " 1", "0x1p3"}) {
    EXPECT_EQ(parse_float(bad), std::nullopt) << bad;
  }
}

TEST(Texts, AreSearchedByBytesAndCountedByCharacters) {
  EXPECT_TRUE(contains("安全生产", "全生"));
  EXPECT_FALSE(contains("ab", "abc"));
  EXPECT_TRUE(contains("", ""));
  EXPECT_TRUE(starts_with("abc", "ab"));
  EXPECT_TRUE(ends_with("abc", "bc"));
  EXPECT_FALSE(ends_with("c", "bc"));
  EXPECT_EQ(length(""), 0);
  EXPECT_EQ(length("a安😀"), 3);
  std::string out = "left over";
  lower("ÀBC安Z[`", out);
  EXPECT_EQ(out, "Àbc安z[`");
}

TEST(Utf8, KnowsValidFromInvalid) {
  const std::string good[] = {"",
                              "plain ascii, longer than a word",
                              "é",
                              "安全生产许可",
                              "1234567安",
                              "\xF0\x90\x80\x80",
                              "\xF4\x8F\xBF\xBF",
                              "\xED\x9F\xBF",
                              "\xEE\x80\x80",
                              std::string("\0", 1)};
  for (const std::string& text : good) EXPECT_TRUE(utf8_valid(text)) << text;
  for (const char* text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE5\xAE", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "12345678\xC3",
        "a\xE5\xAE\x62", "\xC3\xA9\xA9"}) {
    EXPECT_FALSE(utf8_valid(text)) << testing::PrintToString(std::string(text));
  }
}

TEST(Utf8, IsCutBetweenCharacters) {
  EXPECT_EQ(cut_utf8("abc", 3), "abc");
  EXPECT_EQ(cut_utf8("abc", 2), "ab");
  EXPECT_EQ(cut_utf8("安全", 6), "安全");
  EXPECT_EQ(cut_utf8("安全", 5), "安");
  EXPECT_EQ(cut_utf8("安全", 4), "安");
  EXPECT_EQ(cut_utf8("安全", 3), "安");
  EXPECT_EQ(cut_utf8("安全", 2), "");
  EXPECT_EQ(cut_utf8("安全", 0), "");
  EXPECT_EQ(cut_utf8("\x80\x80\x80\x80\x80", 4).size(), 4u);
}

TEST(FormatValue, ShowsValuesAsPeopleWriteThem) {
  const auto calendar = Calendar::open("Asia/Shanghai");
  const auto show = [&](Value v) { return format_value(v, {}, *calendar); };
  EXPECT_EQ(show(Value::missing()), "–");
  EXPECT_EQ(show(Value::of_bool(true)), "true");
  EXPECT_EQ(show(Value::of_bool(false)), "false");
  EXPECT_EQ(show(Value::of_int(-42)), "-42");
  EXPECT_EQ(show(Value::of_decimal(625'000)), "62.5");
  EXPECT_EQ(show(Value::of_decimal(10'000'000)), "1000");
  EXPECT_EQ(show(Value::of_decimal(-1)), "-0.0001");
  EXPECT_EQ(show(Value::of_decimal(10'100)), "1.01");
  EXPECT_EQ(show(Value::of_decimal(std::numeric_limits<int64_t>::min())), "-922337203685477.5808");
  EXPECT_EQ(show(Value::of_float(0.1)), "0.1");
  EXPECT_EQ(show(Value::of_float(2.0 / 3)), "0.666667");
  EXPECT_EQ(show(Value::of_float(-0.0)), "0");
  EXPECT_EQ(show(Value::of_float(1e300)), "1e+300");
  EXPECT_EQ(show(Value::of_text("安全")), "安全");
  EXPECT_EQ(show(Value::of_date(*Calendar::parse_date("2025-06-01"))), "2025-06-01");
  EXPECT_EQ(show(Value::of_time(*calendar->parse_time("2025-06-01"))), "2025-06-01");
  EXPECT_EQ(show(Value::of_time(*calendar->parse_time("2025-06-01T08:00"))), "2025-06-01 08:00:00");
}

TEST(FormatValue, NamesEnumValuesThatExist) {
  const auto calendar = Calendar::open("UTC");
  const auto values =
      std::make_shared<dsl::EnumType>(dsl::EnumType{{"minor", "C - Crucial"}, true});
  const dsl::Type type{dsl::TypeKind::kEnum, values};
  EXPECT_EQ(format_value(Value::of_enum(1), type, *calendar), "C - Crucial");
  EXPECT_EQ(format_value(Value::of_enum(2), type, *calendar), "–");
  EXPECT_EQ(format_value(Value::of_enum(-1), type, *calendar), "–");
  EXPECT_EQ(format_value(Value::of_enum(0), {}, *calendar), "–");
}

}  // namespace
}  // namespace tocsin
