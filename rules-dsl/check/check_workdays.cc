// The policy's calendar of working days, and the spans that count in them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rules-dsl/check/attached_csv.h"
#include "rules-dsl/check/check.h"
#include "rules-dsl/check/declarations.h"
#include "rules-dsl/limits.h"

namespace tocsin::dsl {

Workdays workdays_of(const Policy& policy) {
  if (!policy.workdays) return {};
  return {policy.workdays->first_day, policy.workdays->days};
}

namespace checking {
namespace {

struct DayRow {
  int64_t day = 0;
  bool working = false;
  uint32_t line = 0;
};

std::optional<bool> read_truth(const std::string& cell) {
  if (cell == "1" || cell == "true") return true;
  if (cell == "0" || cell == "false") return false;
  return std::nullopt;
}

std::vector<DayRow> read_days(const CsvFile& file, size_t date, size_t working,
                              RowMistakes& mistakes) {
  std::vector<DayRow> days;
  for (const CsvFile::Row& row : file.rows) {
    const std::optional<int64_t> day = Calendar::parse_date(row.cells[date]);
    const std::optional<bool> is_working = read_truth(row.cells[working]);
    if (!day) {
      mistakes.add(row.line, fmt::format("\"{}\" is not a date", row.cells[date]),
                   "a date that exists, written year-month-day: 2025-01-31");
    } else if (!is_working) {
      mistakes.add(
          row.line,
          fmt::format("\"{}\" does not say whether it is a working day", row.cells[working]),
          "write 1 or 0");
    } else {
      days.push_back({*day, *is_working, row.line});
    }
  }
  std::stable_sort(days.begin(), days.end(),
                   [](const DayRow& a, const DayRow& b) { return a.day < b.day; });
  return days;
}

// Every day once, and none left out between the first and the last.
void check_sequence(const std::vector<DayRow>& days, RowMistakes& mistakes) {
  for (size_t i = 1; i < days.size(); ++i) {
    const std::string day = Calendar::format_date(days[i].day);
    if (days[i].day == days[i - 1].day) {
      mistakes.add(days[i].line, fmt::format("{} stands in line {}, too", day, days[i - 1].line),
                   "keep one of the two");
    } else if (days[i].day > days[i - 1].day + 1) {
      mistakes.add(days[i].line,
                   fmt::format("between {} and {} days are missing",
                               Calendar::format_date(days[i - 1].day), day),
                   "a calendar goes on day by day, without a gap");
    }
  }
}

void read_calendar(const Context& context, WorkdaysDecl& decl) {
  bool sound = true;
  const std::optional<CsvFile> file = read_attached(context, decl.file, decl.span, sound);
  if (!file) return;
  const int date = find_column(context, *file, "date");
  const int working = find_column(context, *file, "is_workday");
  if (date < 0 || working < 0) return;
  RowMistakes mistakes(context, decl.file, decl.span);
  const std::vector<DayRow> days =
      read_days(*file, static_cast<size_t>(date), static_cast<size_t>(working), mistakes);
  if (days.size() > limits::kWorkdayCalendarDaysMax) {
    mistakes.add(days[limits::kWorkdayCalendarDaysMax].line,
                 fmt::format("these are {} days, more than the {} allowed", days.size(),
                             limits::kWorkdayCalendarDaysMax),
                 "keep the years that records are from");
  }
  if (sound && !mistakes.any()) check_sequence(days, mistakes);
  if (!sound || mistakes.any()) return;
  if (days.empty()) {
    context.report.add(Code::kAttachedUnreadable, decl.span,
                       fmt::format("\"{}\" holds no day", decl.file));
    return;
  }
  decl.first_day = days.front().day;
  for (const DayRow& day : days) decl.days += day.working ? '1' : '0';
}

// Whole years are what a calendar is published in, so one that breaks off was cut by mistake, or is
// about to be left.
void warn_of_parts(const Context& context, const WorkdaysDecl& decl, const Workdays& workdays) {
  const std::string first = Calendar::format_date(workdays.first_day());
  const std::string last = Calendar::format_date(workdays.last_day());
  if (first.ends_with("-01-01") && last.ends_with("-12-31")) return;
  context.report.add(
      Code::kWorkdaysPart, decl.span,
      fmt::format("working days are known from {} to {} only, not for whole years", first, last),
      {.help = "a span that leaves these days is missing; add the rest of the year", .fix = {}});
}

void check_spans(const Context& context, const Workdays& workdays) {
  for (const WorkdaysUse& use : context.policy.workday_spans) {
    if (workdays.empty()) {
      context.report.add(Code::kNoWorkdays, use.span,
                         "a span in working days needs the policy's calendar of them",
                         {.help = "name it in the policy: workdays \"workdays.csv\"", .fix = {}});
    } else if (static_cast<size_t>(use.count) > workdays.count()) {
      context.report.add(
          Code::kWorkdaysNeverFit, use.span,
          fmt::format("this span is always missing: the calendar has {} working days",
                      workdays.count()),
          {.help = "a shorter span, or a calendar of more years", .fix = {}});
    }
  }
}

}  // namespace

void check_workdays(Context& context) {
  Policy& policy = context.policy;
  if (policy.workdays && policy.workdays->days.empty()) {
    read_calendar(context, *policy.workdays);
    if (policy.workdays->days.empty()) {  // reported; nothing is said of the spans then
      policy.workdays.reset();
      policy.workday_spans.clear();
      context.has_workdays = true;
      return;
    }
  }
  if (!policy.workdays && policy.damage.may_declare("workdays")) {
    context.has_workdays = true;
    return;
  }
  const Workdays workdays = workdays_of(policy);
  context.has_workdays = !workdays.empty();
  if (policy.workdays && !policy.damage.may_declare("workdays")) {
    warn_of_parts(context, *policy.workdays, workdays);
  }
  check_spans(context, workdays);
}

}  // namespace checking
}  // namespace tocsin::dsl
