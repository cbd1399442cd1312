#include "rules-dsl/value/calendar.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace tocsin {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kHour = 3'600'000'000;
constexpr int64_t kDay = 24 * kHour;

const char* const kZones[] = {"UTC",
                              "Asia/Shanghai",
                              "Europe/Berlin",
                              "America/New_York",
                              "Asia/Kolkata",
                              "Australia/Lord_Howe",
                              "Pacific/Apia",
                              "America/Sao_Paulo",
                              "Europe/Dublin",
                              "Africa/Casablanca",
                              "America/St_Johns",
                              "Asia/Gaza",
                              "America/Juneau",
                              "America/Toronto",
                              "Pacific/Kwajalein",
                              "Asia/Manila"};

// A calendar whose times are written and read as texts.
struct Zone {
  explicit Zone(const char* name) : calendar(Calendar::open(name)) {}

  int64_t at(std::string_view text) const { return calendar->parse_time(text).value(); }
  std::string show(int64_t time) const { return calendar->format_time(time); }
  std::string read(std::string_view text) const {
    const auto time = calendar->parse_time(text);
    return time ? show(*time) : "refused";
  }
  std::string plus_months(std::string_view text, int32_t months) const {
    const int64_t time = calendar->plus(at(text), {0, months});
    return time == Calendar::kNever ? "never" : show(time);
  }
  std::string begin(std::string_view day) const {
    return show(calendar->day_begin(*Calendar::parse_date(day)));
  }
  std::string end(std::string_view day) const {
    return show(calendar->day_end(*Calendar::parse_date(day)));
  }

  std::shared_ptr<const Calendar> calendar;
};

TEST(Calendar, OpensKnownZonesOnly) {
  for (const char* zone : kZones) EXPECT_NE(Calendar::open(zone), nullptr) << zone;
  for (const char* zone : {"", "Mars/Olympus", "asia/shanghai", "../../etc/passwd", "localtime",
                           "zone.tab", "right/UTC"}) {
    EXPECT_EQ(Calendar::open(zone), nullptr) << zone;
  }
}

TEST(ParseTime, ReadsTheFormsOfTheContract) {
  const Zone shanghai("Asia/Shanghai");
  struct Row {
    const char* text;
    const char* result;
  };
  const Row table[] = {
      {"2025-06-01", "2025-06-01T00:00:00+08:00"},
      {"2025-06-01T08:00", "2025-06-01T08:00:00+08:00"},
      {"2025-06-01 08:00:01", "2025-06-01T08:00:01+08:00"},
      {"2025-06-01T08:00:00.5", "2025-06-01T08:00:00.500000+08:00"},
      {"2025-06-01T08:00:00.000001", "2025-06-01T08:00:00.000001+08:00"},
      {"2025-06-01T08:00:00.123456000", "2025-06-01T08:00:00.123456+08:00"},
      {"2025-01-10T08:00:00.000Z", "2025-01-10T16:00:00+08:00"},
      {"2025-06-01T08:00Z", "2025-06-01T16:00:00+08:00"},
      {"2025-06-01T08:00:00+08:00", "2025-06-01T08:00:00+08:00"},
      {"2025-06-01T08:00:00+0800", "2025-06-01T08:00:00+08:00"},
      {"2025-06-01T08:00:00.25-05:30", "2025-06-01T21:30:00.250000+08:00"},
      {"2024-02-29", "2024-02-29T00:00:00+08:00"},
      {"1969-12-31T23:59:59.999999Z", "1970-01-01T07:59:59.999999+08:00"},
  };
  for (const Row& row : table) EXPECT_EQ(shanghai.read(row.text), row.result) << row.text;
  EXPECT_EQ(shanghai.at("1970-01-01T00:00:00.000001Z"), 1);
  EXPECT_EQ(shanghai.at("1969-12-31T23:59:59Z"), -1'000'000);
}

TEST(ParseTime, RefusesEverythingElse) {
  const Zone utc("UTC");
  for (const char* text : {"",
                           "2025",
                           "2025-6-1",
                           "2025-06-1",
                           "2025-13-01",
                           "2025-00-01",
                           "2025-02-29",
                           "2025-06-31",
                           "2025-06-00",
                           "1900-02-29",
                           "0000-01-01",
                           "20250601",
                           "2025/06/01",
                           "2025-06-01T",
                           "2025-06-01T8:00",
                           "2025-06-01T24:00",
                           "2025-06-01T23:60",
                           "2025-06-01T23:59:60",
                           "2025-06-01T08",
                           "2025-06-01T08:00:",
                           "2025-06-01T08:00:00.",
                           "2025-06-01T08:00:00.Z",
                           "2025-06-01T08:00:00.1234567",
                           "2025-06-01T08:00:00z",
                           "2025-06-01t08:00:00Z",
                           "2025-06-01T08:00:00ZZ",
                           "2025-06-01T08:00:00 Z",
                           "2025-06-01T08:00:00+8",
                           "2025-06-01T08:00:00+24:00",
                           "2025-06-01T08:00:00+08:60",
                           "2025-06-01T08:00:00+08:",
                           "2025-06-01T08:00:00+08:0",
                           "2025-06-01Z",
                           " 2025-06-01",
                           "2025-06-01 ",
                           "-025-06-01",
                           "2025-06-0x",
                           "+2025-06-01",
                           "2025-06-01T-1:00",
                           "２０２５"}) {
    EXPECT_EQ(utc.read(text), "refused") << text;
    EXPECT_EQ(Calendar::parse_date(text), std::nullopt) << text;
  }
}

TEST(ParseTime, AcceptsTheYears1To9999OfTheZone) {
  const Zone shanghai("Asia/Shanghai"), new_york("America/New_York");
  EXPECT_EQ(shanghai.read("0001-01-01"), "0001-01-01T00:00:00+08:05:43");
  EXPECT_EQ(shanghai.read("0001-01-01T00:00:00Z"), "0001-01-01T08:05:43+08:05:43");
  EXPECT_EQ(new_york.read("0001-01-01T00:00:00Z"), "refused");
  EXPECT_EQ(new_york.read("9999-12-31T23:59:59.999999"), "9999-12-31T23:59:59.999999-05:00");
  EXPECT_EQ(shanghai.read("9999-12-31T15:59:59.999999Z"), "9999-12-31T23:59:59.999999+08:00");
  EXPECT_EQ(shanghai.read("9999-12-31T16:00:00Z"), "refused");
  EXPECT_EQ(new_york.read("9999-12-31T23:59:59.999999Z"), "9999-12-31T18:59:59.999999-05:00");
  EXPECT_TRUE(shanghai.calendar->supported(shanghai.at("9999-12-31T23:59:59.999999")));
  EXPECT_FALSE(shanghai.calendar->supported(shanghai.at("9999-12-31T23:59:59.999999") + 1));
  EXPECT_TRUE(shanghai.calendar->supported(shanghai.at("0001-01-01")));
  EXPECT_FALSE(shanghai.calendar->supported(shanghai.at("0001-01-01") - 1));
  EXPECT_FALSE(shanghai.calendar->supported(Calendar::kNever));
}

TEST(LocalTime, ThatOccursTwiceIsTheFirst) {
  EXPECT_EQ(Zone("Europe/Berlin").read("2025-10-26T02:30"), "2025-10-26T02:30:00+02:00");
  EXPECT_EQ(Zone("America/New_York").read("2025-11-02T01:30"), "2025-11-02T01:30:00-04:00");
  EXPECT_EQ(Zone("Australia/Lord_Howe").read("2025-04-06T01:45"), "2025-04-06T01:45:00+11:00");
  EXPECT_EQ(Zone("Asia/Shanghai").read("1986-09-14T01:30"), "1986-09-14T01:30:00+09:00");
  EXPECT_EQ(Zone("America/Sao_Paulo").read("2019-02-16T23:30"), "2019-02-16T23:30:00-02:00");
}

TEST(LocalTime, ThatNeverOccursIsReadWithTheOffsetBeforeTheGap) {
  EXPECT_EQ(Zone("Europe/Berlin").read("2025-03-30T02:30"), "2025-03-30T03:30:00+02:00");
  EXPECT_EQ(Zone("America/New_York").read("2025-03-09T02:00"), "2025-03-09T03:00:00-04:00");
  EXPECT_EQ(Zone("Australia/Lord_Howe").read("2025-10-05T02:15"), "2025-10-05T02:45:00+11:00");
  EXPECT_EQ(Zone("Asia/Shanghai").read("1986-05-04T02:30"), "1986-05-04T03:30:00+09:00");
  EXPECT_EQ(Zone("Asia/Shanghai").read("1991-04-14T02:30"), "1991-04-14T03:30:00+09:00");
  EXPECT_EQ(Zone("Pacific/Apia").read("2011-12-30T12:00"), "2011-12-31T12:00:00+14:00");
}

TEST(LocalTime, FollowsTheZonesRuleForAllYears) {
  const Zone berlin("Europe/Berlin"), new_york("America/New_York");
  EXPECT_EQ(new_york.read("2037-07-01T12:00"), "2037-07-01T12:00:00-04:00");
  EXPECT_EQ(new_york.read("2038-07-01T12:00"), "2038-07-01T12:00:00-04:00");
  EXPECT_EQ(berlin.read("2100-07-01T12:00"), "2100-07-01T12:00:00+02:00");
  EXPECT_EQ(berlin.read("2600-12-31T12:00"), "2600-12-31T12:00:00+01:00");
  EXPECT_EQ(berlin.read("2601-07-01T12:00"), "2601-07-01T12:00:00+02:00");
  EXPECT_EQ(berlin.read("9999-07-01T12:00"), "9999-07-01T12:00:00+02:00");
  EXPECT_EQ(Zone("Europe/Dublin").read("2050-07-01T12:00"), "2050-07-01T12:00:00+01:00");
  EXPECT_EQ(Zone("Europe/Dublin").read("2050-01-01T12:00"), "2050-01-01T12:00:00+00:00");
  EXPECT_EQ(Zone("Australia/Lord_Howe").read("2050-01-01T12:00"), "2050-01-01T12:00:00+11:00");
  EXPECT_EQ(Zone("Asia/Shanghai").read("2050-07-01T12:00"), "2050-07-01T12:00:00+08:00");
  // 400 years later the same days of the week, so the same changes.
  EXPECT_EQ(berlin.read("2041-03-31T02:30"), "2041-03-31T03:30:00+02:00");
  EXPECT_EQ(berlin.read("4041-03-31T02:30"), "4041-03-31T03:30:00+02:00");
}

TEST(Days, BeginAfterAGapAtMidnight) {
  const Zone sao_paulo("America/Sao_Paulo");
  EXPECT_EQ(sao_paulo.read("2018-11-04"), "2018-11-04T01:00:00-02:00");
  EXPECT_EQ(sao_paulo.begin("2018-11-04"), "2018-11-04T01:00:00-02:00");
  EXPECT_EQ(sao_paulo.end("2018-11-03"), "2018-11-03T23:59:59.999999-03:00");
  // 24:00 goes back to 23:00: the day ends the second time.
  EXPECT_EQ(sao_paulo.end("2019-02-16"), "2019-02-16T23:59:59.999999-03:00");
  EXPECT_EQ(sao_paulo.begin("2019-02-17"), "2019-02-17T00:00:00-03:00");
}

TEST(Days, BeginAndEndWithinAGapAroundMidnight) {
  const Zone toronto("America/Toronto");  // 1919-03-30 23:30 went to 00:30
  EXPECT_EQ(toronto.begin("1919-03-31"), "1919-03-31T00:30:00-04:00");
  EXPECT_EQ(toronto.end("1919-03-30"), "1919-03-30T23:29:59.999999-05:00");
  const Zone st_johns("America/St_Johns");  // 2010-11-07 00:01 went back to 23:01
  EXPECT_EQ(st_johns.begin("2010-11-07"), "2010-11-07T00:00:00-02:30");
  EXPECT_EQ(st_johns.end("2010-11-06"), "2010-11-06T23:59:59.999999-03:30");
}

TEST(Days, ThatWereSkippedAreTheDayAfter) {
  const Zone apia("Pacific/Apia");
  EXPECT_EQ(apia.end("2011-12-29"), "2011-12-29T23:59:59.999999-10:00");
  EXPECT_EQ(apia.begin("2011-12-30"), "2011-12-31T00:00:00+14:00");
  EXPECT_EQ(apia.end("2011-12-30"), "2011-12-31T23:59:59.999999+14:00");
  EXPECT_EQ(apia.begin("2011-12-31"), "2011-12-31T00:00:00+14:00");
  EXPECT_EQ(apia.end("2011-12-31"), "2011-12-31T23:59:59.999999+14:00");
  EXPECT_EQ(apia.read("2011-12-30"), "2011-12-31T00:00:00+14:00");
}

// Begin and end against a plain definition, on random days and on all days of some eventful years.
TEST(Days, HoldTheirFirstAndLastMicrosecondInEveryZone) {
  std::mt19937_64 random(1);
  const int64_t first = *Calendar::parse_date("0001-01-01");
  const int64_t last = *Calendar::parse_date("9999-12-31");
  for (const char* name : kZones) {
    const Zone zone(name);
    const auto check = [&](int64_t day) {
      const int64_t begin = zone.calendar->day_begin(day), end = zone.calendar->day_end(day);
      ASSERT_LT(begin, end) << name << " " << Calendar::format_date(day);
      if (zone.calendar->day_of(begin) != day) {  // skipped
        ASSERT_EQ(begin, zone.calendar->day_begin(day + 1)) << name;
        ASSERT_EQ(end, zone.calendar->day_end(day + 1)) << name;
        return;
      }
      ASSERT_EQ(zone.calendar->day_of(end), day) << name;
      // A time before the first or after the last day counts as in it.
      ASSERT_LT(zone.calendar->day_of(begin - 1), day + (day == first ? 1 : 0)) << name;
      ASSERT_GT(zone.calendar->day_of(end + 1), day - (day == last ? 1 : 0)) << name;
    };
    for (int n = 0; n < 5'000; ++n) {
      check(first + static_cast<int64_t>(random() % static_cast<uint64_t>(last - first + 1)));
    }
    for (int64_t day = -60'000; day < 30'000; day += 1) check(day);
    check(first);
    check(last);
  }
}

TEST(Plus, KeepsTheTimeOfDayAndClampsToTheMonthsEnd) {
  const Zone shanghai("Asia/Shanghai");
  struct Row {
    const char* text;
    int32_t months;
    const char* result;
  };
  const Row table[] = {
      {"2025-01-31T10:00", 1, "2025-02-28T10:00:00+08:00"},
      {"2024-01-31T10:00", 1, "2024-02-29T10:00:00+08:00"},
      {"2024-02-29", 12, "2025-02-28T00:00:00+08:00"},
      {"2024-02-29", 48, "2028-02-29T00:00:00+08:00"},
      {"2025-12-31", 2, "2026-02-28T00:00:00+08:00"},
      {"2025-03-31", -1, "2025-02-28T00:00:00+08:00"},
      {"2025-01-15", -1, "2024-12-15T00:00:00+08:00"},
      {"2025-01-15T00:00:00.000001", 12, "2026-01-15T00:00:00.000001+08:00"},
      {"1985-05-04T02:30", 12, "1986-05-04T03:30:00+09:00"},  // into a gap
      {"9998-12-31", 12, "9999-12-31T00:00:00+08:00"},
      {"9999-01-01", 12, "never"},
      {"9999-12-01", 1, "never"},
      {"0001-01-31", 1, "0001-02-28T00:00:00+08:05:43"},
      {"0001-01-31", -1, "never"},
      {"2025-01-01", std::numeric_limits<int32_t>::max(), "never"},
      {"2025-01-01", std::numeric_limits<int32_t>::min(), "never"},
  };
  for (const Row& row : table) {
    EXPECT_EQ(shanghai.plus_months(row.text, row.months), row.result)
        << row.text << " " << row.months;
  }
}

TEST(Plus, FixedSpansAreElapsedTimeAndCalendarSpansAreNot) {
  const Zone berlin("Europe/Berlin");
  const int64_t noon = berlin.at("2025-03-29T12:00");
  EXPECT_EQ(berlin.show(berlin.calendar->plus(noon, {kDay, 0})), "2025-03-30T13:00:00+02:00");
  EXPECT_EQ(berlin.plus_months("2025-02-28T12:00", 1), "2025-03-28T12:00:00+01:00");
  EXPECT_EQ(berlin.plus_months("2025-03-15T12:00", 1), "2025-04-15T12:00:00+02:00");
  EXPECT_EQ(berlin.plus_months("2025-09-26T02:30", 1), "2025-10-26T02:30:00+02:00");
}

TEST(Plus, OutsideTheSupportedYearsIsNever) {
  const Zone utc("UTC");
  const int64_t last = utc.at("9999-12-31T23:59:59.999999");
  EXPECT_EQ(utc.calendar->plus(last - 1, {1, 0}), last);
  EXPECT_EQ(utc.calendar->plus(last, {1, 0}), Calendar::kNever);
  EXPECT_EQ(utc.calendar->plus(last, {kMax, 0}), Calendar::kNever);
  EXPECT_EQ(utc.calendar->plus(utc.at("0001-01-01"), {-1, 0}), Calendar::kNever);
  EXPECT_EQ(utc.calendar->plus(Calendar::kNever, {-kDay, 0}), Calendar::kNever);
  EXPECT_EQ(utc.calendar->plus(Calendar::kNever, {0, -12}), Calendar::kNever);
  EXPECT_EQ(utc.calendar->plus(kMin, {kMin, 0}), Calendar::kNever);
}

TEST(LongestMicros, BoundsEverySpan) {
  std::mt19937_64 random(2);
  for (const char* name : kZones) {
    const Zone zone(name);
    for (int n = 0; n < 20'000; ++n) {
      const int64_t time = (static_cast<int64_t>(random() % 400) * 365 - 80'000) * kDay +
                           static_cast<int64_t>(random() % static_cast<uint64_t>(400 * kDay));
      const TimeSpan span{0, static_cast<int32_t>(random() % 200) + 1};
      const int64_t reach = zone.calendar->plus(time, span) - time;
      ASSERT_GT(reach, 0) << name;
      ASSERT_LE(reach, zone.calendar->longest_micros(span)) << name << " " << span.months;
    }
  }
  const Zone utc("UTC");
  EXPECT_EQ(utc.calendar->longest_micros({5, 0}), 5);
  EXPECT_EQ(utc.calendar->longest_micros({-5, 0}), 0);
  EXPECT_EQ(utc.calendar->longest_micros({0, std::numeric_limits<int32_t>::max()}),
            Calendar::kNever);
  EXPECT_GE(utc.calendar->longest_micros({0, std::numeric_limits<int32_t>::min()}), 0);
}

TEST(Civil, CountsWeekdaysFromMonday) {
  const Zone shanghai("Asia/Shanghai");
  const Calendar::Civil c = shanghai.calendar->civil(shanghai.at("2025-06-01T23:30"));
  EXPECT_EQ(c.year, 2025);
  EXPECT_EQ(c.month, 6);
  EXPECT_EQ(c.day, 1);
  EXPECT_EQ(c.hour, 23);
  EXPECT_EQ(c.weekday, 7);
  EXPECT_EQ(Calendar::civil_of_day(0).weekday, 4);
  EXPECT_EQ(Calendar::civil_of_day(-3).weekday, 1);
  EXPECT_EQ(Calendar::civil_of_day(-4).weekday, 7);
  EXPECT_EQ(Calendar::civil_of_day(*Calendar::parse_date("0001-01-01")).weekday, 1);
}

TEST(Calendar, IsDefinedForEveryInteger) {
  for (const char* name : {"UTC", "America/New_York", "Pacific/Apia"}) {
    const auto calendar = Calendar::open(name);
    for (const int64_t n :
         {kMin, kMin + 1, kMin / 2, int64_t{-1}, int64_t{0}, kMax / 2, kMax - 1, kMax}) {
      EXPECT_GE(calendar->day_of(n), *Calendar::parse_date("0001-01-01"));
      EXPECT_LE(calendar->day_of(n), *Calendar::parse_date("9999-12-31"));
      EXPECT_TRUE(calendar->supported(calendar->day_begin(n)));
      EXPECT_TRUE(calendar->supported(calendar->day_end(n)));
      EXPECT_GE(calendar->civil(n).year, 1);
      EXPECT_LE(Calendar::civil_of_day(n).year, 9999);
      EXPECT_FALSE(calendar->format_time(n).empty());
      EXPECT_FALSE(calendar->format_short(n).empty());
      EXPECT_EQ(Calendar::format_date(n).size(), 10u);
      for (const int64_t span : {kMin, kMax}) calendar->plus(n, {span, 0});
    }
  }
}

TEST(Format, IsReadBackExactly) {
  std::mt19937_64 random(3);
  for (const char* name : kZones) {
    const Zone zone(name);
    const int64_t first = zone.at("0001-01-01"), last = zone.at("9999-12-31");
    for (int n = 0; n < 20'000; ++n) {
      const int64_t time =
          first + static_cast<int64_t>(random() % static_cast<uint64_t>(last - first));
      ASSERT_EQ(zone.at(zone.show(time)), time) << name << " " << zone.show(time);
    }
  }
}

TEST(Format, ShortLeavesOutTheTimeAtTheBeginningOfADay) {
  const Zone sao_paulo("America/Sao_Paulo"), utc("UTC");
  const auto show = [](const Zone& z, const char* t) { return z.calendar->format_short(z.at(t)); };
  EXPECT_EQ(show(utc, "2025-06-01"), "2025-06-01");
  EXPECT_EQ(show(utc, "2025-06-01T00:00:00.000001"), "2025-06-01 00:00:00");
  EXPECT_EQ(show(utc, "2025-06-01T08:00"), "2025-06-01 08:00:00");
  EXPECT_EQ(show(sao_paulo, "2018-11-04"), "2018-11-04");
  EXPECT_EQ(utc.show(utc.at("2025-06-01T08:00:00.25Z")), "2025-06-01T08:00:00.250000+00:00");
}

}  // namespace
}  // namespace tocsin
