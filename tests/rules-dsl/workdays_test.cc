// The calendar of working days: counting, limits, the real one, and its canonical form.
#include "rules-dsl/value/workdays.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "rules-dsl/compile.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/printer.h"
#include "rules-dsl/value/calendar.h"

namespace tocsin::dsl {
namespace {

constexpr const char* kRealCalendar = "../shared/data/ref_cn/workdays_2019_2026.csv";
constexpr const char* kRule =
    "record a { n int }\n"
    "rule r { on a x then no a y within 7 workdays level red }\n";

int64_t day(const char* text) { return *Calendar::parse_date(text); }

Compiled compile_with(const std::string& settings, const std::string& rules,
                      const std::string& csv = "") {
  SourceSet sources;
  sources.add("all.rules", "policy \"x\" { " + settings + " }\n" + rules);
  sources.attach("w.csv", {csv, ""});
  return compile(sources);
}

std::string codes_of(const Compiled& compiled) {
  std::string codes;
  for (const Diagnostic& found : compiled.diagnostics.sorted()) codes += found.code + " ";
  return codes;
}

TEST(Workdays, CountsWorkingDaysAfterADay) {
  const Workdays week(100, "0110100");
  EXPECT_EQ(week.after(100, 1), 101);
  EXPECT_EQ(week.after(101, 1), 102);
  EXPECT_EQ(week.after(102, 1), 104);
  EXPECT_EQ(week.after(99, 3), 104);
  EXPECT_EQ(week.longest(1), 2);
  EXPECT_EQ(week.longest(3), 5);
  EXPECT_EQ(week.longest(4), 0);
}

TEST(Workdays, HasNoAnswerBeyondItsDays) {
  const Workdays week(100, "0110100");
  EXPECT_EQ(week.after(98, 1), std::nullopt);
  EXPECT_EQ(week.after(104, 1), std::nullopt);
  EXPECT_EQ(week.after(106, 1), std::nullopt);
  EXPECT_EQ(week.after(INT64_MAX, 1), std::nullopt);
  EXPECT_EQ(week.after(INT64_MIN, 1), std::nullopt);
  EXPECT_EQ(week.is_workday(99), std::nullopt);
  EXPECT_EQ(week.is_workday(106), false);
  EXPECT_EQ(week.is_workday(107), std::nullopt);
  EXPECT_EQ(Workdays().after(0, 1), std::nullopt);
  EXPECT_EQ(Workdays().is_workday(0), std::nullopt);
}

TEST(Workdays, TheRealCalendarCountsHolidaysAndDaysMadeUpFor) {
  std::ifstream in(kRealCalendar);
  std::ostringstream text;
  text << in.rdbuf();
  ASSERT_FALSE(text.str().empty()) << kRealCalendar;
  const Compiled compiled = compile_with("workdays \"w.csv\"", kRule, text.str());
  ASSERT_EQ(codes_of(compiled), "");
  const Workdays& workdays = compiled.program->calendar->workdays();
  EXPECT_EQ(workdays.first_day(), day("2019-01-01"));
  EXPECT_EQ(workdays.last_day(), day("2026-12-31"));
  // The Spring Festival of 2025: January 28 to February 4 free, January 26 and February 8 made up
  // for.
  EXPECT_EQ(workdays.after(day("2025-01-24"), 1), day("2025-01-26"));
  EXPECT_EQ(workdays.after(day("2025-01-24"), 6), day("2025-02-08"));
  EXPECT_EQ(workdays.after(day("2026-12-25"), 4), day("2026-12-31"));
  EXPECT_EQ(workdays.after(day("2026-12-25"), 5), std::nullopt);

  // The canonical text needs no file, and comes back the same.
  const std::string canonical = compiled.program->canonical_text;
  SourceSet again;
  again.add("canonical", canonical);
  const Compiled second = compile(again);
  ASSERT_EQ(codes_of(second), "");
  EXPECT_EQ(second.program->canonical_text, canonical);
  EXPECT_EQ(second.program->hash, compiled.program->hash);
  EXPECT_EQ(second.program->calendar->workdays().after(day("2025-01-24"), 6), day("2025-02-08"));
}

TEST(Workdays, ACalendarThatBreaksOffIsWrittenOutAsItIs) {
  const Compiled compiled =
      compile_with("workdays 2025-12-30 \"110\" workdays 2026-01-02 \"11\"",
                   "record a { n int }\nrule r { on a x once per 2 workdays level red }");
  EXPECT_EQ(codes_of(compiled), "R0279 ");
  EXPECT_NE(compiled.program->canonical_text.find(
                "  workdays 2025-12-30 \"11\"\n  workdays 2026 \"011\"\n"),
            std::string::npos);
  EXPECT_NE(compiled.program->canonical_text.find("once per 2 workdays"), std::string::npos);
}

TEST(Workdays, APolicyThatWasNotCheckedPrintsTheFilesName) {
  SourceSet sources;
  sources.add("a.rules", "policy \"x\" { workdays \"w.csv\" }\n" + std::string(kRule));
  EXPECT_EQ(attached_files(sources), std::vector<std::string>{"w.csv"});
}

TEST(Workdays, LimitsHoldAtTheirEdges) {
  const std::string most(limits::kWorkdayCalendarDaysMax, '1');
  const std::string begin = "workdays 1980-01-01 \"";
  EXPECT_EQ(codes_of(compile_with(begin + most + "\"", kRule)), "");
  EXPECT_EQ(codes_of(compile_with(begin + most + "1\"", kRule)), "R0109 ");
  const auto within = [](int64_t count) {
    return "record a { n int }\nrule r { on a x then a y within " + std::to_string(count) +
           " workdays level red }";
  };
  EXPECT_EQ(codes_of(compile_with(begin + most + "\"", within(limits::kWorkdaysMax))), "");
  EXPECT_EQ(codes_of(compile_with(begin + most + "\"", within(limits::kWorkdaysMax + 1))),
            "R0009 ");
  EXPECT_EQ(codes_of(compile_with(begin + most + "\"", within(0))), "R0009 ");

  std::string csv = "date,is_workday\n";
  for (size_t i = 0; i < limits::kWorkdayCalendarDaysMax; ++i) {
    csv += Calendar::format_date(day("1980-01-01") + static_cast<int64_t>(i)) + ",1\n";
  }
  EXPECT_EQ(codes_of(compile_with("workdays \"w.csv\"", kRule, csv)), "");
  csv += Calendar::format_date(day("1980-01-01") +
                               static_cast<int64_t>(limits::kWorkdayCalendarDaysMax)) +
         ",1\n";
  EXPECT_EQ(codes_of(compile_with("workdays \"w.csv\"", kRule, csv)), "R0277 ");
  std::string large = "date,is_workday,note\n";
  for (int64_t i = 0; i < 255; ++i) {
    large += Calendar::format_date(day("2026-01-01") + i) + ",0," + std::string(65'522, 'x') + "\n";
  }
  large += Calendar::format_date(day("2026-01-01") + 255) + ",0,";
  large.resize(limits::kAttachedBytesMax, 'x');
  EXPECT_EQ(codes_of(compile_with("workdays \"w.csv\"", "", large)), "R0279 ");
  EXPECT_EQ(codes_of(compile_with("workdays \"w.csv\"", "", large + "x")), "R0276 ");
}

TEST(Workdays, SpansWithoutABlankAreReadToo) {
  const Compiled compiled =
      compile_with("workdays 2026 \"1111\"",
                   "record a { n int }\nrule r { on a x once per 2workdays level red }");
  EXPECT_NE(compiled.program->canonical_text.find("once per 2 workdays"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::dsl
