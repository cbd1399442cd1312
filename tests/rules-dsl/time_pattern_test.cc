// Times by strftime patterns, and the rules of time zone files.
#include <gtest/gtest.h>

#include <optional>

#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/posix_zone.h"

namespace tocsin {
namespace {

TEST(Pattern, ReadsTimesAndDays) {
  const auto shanghai = Calendar::open("Asia/Shanghai");
  struct Row {
    const char* text;
    const char* pattern;
    const char* result;
  };
  const Row table[] = {
      {"06/01/2025", "%m/%d/%Y", "2025-06-01T00:00:00+08:00"},
      {"6/1/2025", "%m/%d/%Y", "2025-06-01T00:00:00+08:00"},
      {"20250601083015", "%Y%m%d%H%M%S", "2025-06-01T08:30:15+08:00"},
      {"01 Jun 2025 08:30 PM", "%d %b %Y %I:%M %p", "2025-06-01T20:30:00+08:00"},
      {"1 june 2025 12:05 am", "%d %B %Y %I:%M %p", "2025-06-01T00:05:00+08:00"},
      {"May 3, 2025", "%b %d, %Y", "2025-05-03T00:00:00+08:00"},
      {"25-152", "%y-%j", "2025-06-01T00:00:00+08:00"},
      {"69-1", "%y-%j", "1969-01-01T00:00:00+08:00"},
      {"2024366", "%Y%j", "2024-12-31T00:00:00+08:00"},
      {"2025-06-01T08:30:15.25 +0200", "%Y-%m-%dT%H:%M:%S %z", "2025-06-01T14:30:15.250000+08:00"},
      {"2025年06月01日", "%Y年%m月%d日", "2025-06-01T00:00:00+08:00"},
      {"100% 2025-06-01", "100%% %Y-%m-%d", "2025-06-01T00:00:00+08:00"},
      {"2025-06-01   08", "%Y-%m-%d %H", "2025-06-01T08:00:00+08:00"},
      {"13/01/2025", "%m/%d/%Y", "refused"},
      {"02/29/2025", "%m/%d/%Y", "refused"},
      {"6/1/25", "%m/%d/%Y", "refused"},
      {"06/01/2025 ", "%m/%d/%Y", "refused"},
      {"06/01/2025x", "%m/%d/%Y", "refused"},
      {"", "%m/%d/%Y", "refused"},
      {"2025366", "%Y%j", "refused"},
      {"2025000", "%Y%j", "refused"},
      {"0000001", "%Y%j", "refused"},
      {"1 Jum 2025", "%d %b %Y", "refused"},
      {"2025-06-01 13 pm", "%Y-%m-%d %I %p", "refused"},
      {"2025-06-01 08:00:60", "%Y-%m-%d %H:%M:%S", "refused"},
      {"2025", "%Y", "refused"},
      {"2025-06-01", "%Y-%m-%d%", "refused"},
      {"2025-06-01", "%Y-%m-%q", "refused"},
  };
  for (const Row& row : table) {
    const auto time = shanghai->parse_time(row.text, row.pattern);
    EXPECT_EQ(time ? shanghai->format_time(*time) : "refused", row.result) << row.text;
  }
  EXPECT_EQ(Calendar::parse_date("06/01/2025", "%m/%d/%Y"), Calendar::parse_date("2025-06-01"));
  EXPECT_EQ(Calendar::parse_date("06/31/2025", "%m/%d/%Y"), std::nullopt);
}

TEST(Pattern, IsValidWhenItDeterminesADay) {
  for (const char* good : {"%Y-%m-%d", "%m/%d/%Y", "%d %b %y", "%Y%j", "%Y-%m-%d %H:%M:%S %z",
                           "%Y-%m-%d %I %p", "100%% %d.%m.%Y", "%Y-%m-%d %H"}) {
    EXPECT_TRUE(Calendar::valid_format(good)) << good;
  }
  for (const char* bad : {"", "%Y", "%Y-%m", "%m/%d", "%Y-%m-%d%", "%Y-%m-%d %q", "%Y-%y-%m-%d",
                          "%Y-%m-%b-%d", "%Y-%j-%d", "%Y-%m-%d %I", "%Y-%m-%d %H %p", "%Y-%m-%d %M",
                          "%Y-%m-%d %H %I %p", "%Y-%m-%d %H:%S", "%Y-%m-%d %Y", "%Y-%m-%d %z"}) {
    EXPECT_FALSE(Calendar::valid_format(bad)) << bad;
  }
}

TEST(PosixZone, ReadsTheLastLineOfAZoneFile) {
  const auto eastern = PosixZone::parse("EST5EDT,M3.2.0,M11.1.0");
  ASSERT_TRUE(eastern);
  EXPECT_EQ(eastern->standard_offset, -5 * 3600);
  EXPECT_EQ(eastern->summer_offset, -4 * 3600);
  EXPECT_EQ(eastern->summer_begin(2025), 1'741'503'600);  // 2025-03-09T07:00:00Z
  EXPECT_EQ(eastern->summer_end(2025), 1'762'063'200);    // 2025-11-02T06:00:00Z

  const auto lord_howe = PosixZone::parse("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
  ASSERT_TRUE(lord_howe);
  EXPECT_EQ(lord_howe->standard_offset, 37'800);
  EXPECT_EQ(lord_howe->summer_offset, 39'600);

  EXPECT_TRUE(PosixZone::parse("CST-8"));
  EXPECT_TRUE(PosixZone::parse("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"));
  EXPECT_TRUE(PosixZone::parse("EET-2EEST,M3.4.4/50,M10.4.4/50"));
  for (const char* bad : {"", "E", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,J60,J300", "<+03-3",
                          "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.0.0,M11.1.0",
                          "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x", "EST999"}) {
    EXPECT_FALSE(PosixZone::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace tocsin
