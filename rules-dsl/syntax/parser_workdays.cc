// workdays: the policy's calendar of working days, and spans of time, which may count in them.
#include <fmt/format.h>

#include <algorithm>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser_impl.h"
#include "rules-dsl/value/calendar.h"

namespace tocsin::dsl {
namespace {

constexpr const char* kWorkdaysHelp =
    "write workdays \"workdays.csv\", a file with the columns date and is_workday; written out, a "
    "calendar is workdays 2026 \"0111…\" with one digit a day, 1 for a working day";

}  // namespace

// workdays "workdays.csv" | workdays 2026 "0111…" | workdays 2026-07-01 "1110…"
void Parser::workdays_setting() {
  const Span word = previous_;
  if (at(TokenKind::kString)) {
    if (policy_.workdays) {
      report(kConflictingClauses, word, "the policy has a calendar of working days already",
             "keep one");
    }
    WorkdaysDecl decl;
    decl.file = take().text;
    decl.span = previous_;
    if (!policy_.workdays) policy_.workdays = std::move(decl);
    return;
  }
  const Span begin = peek().span;
  const std::optional<int64_t> first = workdays_begin();
  const std::string days = expect_text("the days, one digit each", kWorkdaysHelp);
  if (first) add_workdays(span_from(begin), *first, days);
}

// A year, or the day from which on the digits count. Nothing after a message.
std::optional<int64_t> Parser::workdays_begin() {
  if (!at(TokenKind::kNumber) && !at(TokenKind::kTime)) {
    fail_expected("the name of a file, or a year", kWorkdaysHelp);
  }
  const Token& token = take();
  std::string day = token.text;
  if (const auto* year = std::get_if<int64_t>(&token.number); token.kind == TokenKind::kNumber) {
    day = year == nullptr ? "" : fmt::format("{:04}-01-01", *year);
  }
  const std::optional<int64_t> first = Calendar::parse_date(day);
  if (!first) report(kBadWorkdays, token.span, "this is neither a year nor a day", kWorkdaysHelp);
  return first;
}

void Parser::add_workdays(Span span, int64_t first, const std::string& days) {
  if (policy_.workdays && !policy_.workdays->file.empty()) {
    report(kConflictingClauses, span, "the policy has a calendar of working days already",
           "keep one");
    return;
  }
  if (days.empty() || days.find_first_not_of("01") != std::string::npos) {
    report(kBadWorkdays, span, "the days of a calendar are written with 0 and 1, one digit a day",
           kWorkdaysHelp);
    return;
  }
  if (!policy_.workdays) policy_.workdays = WorkdaysDecl{span, "", first, ""};
  WorkdaysDecl& all = *policy_.workdays;
  const int64_t next = all.first_day + static_cast<int64_t>(all.days.size());
  if (first != next) {
    report(kBadWorkdays, span,
           fmt::format("these days begin at {}, but the calendar has come to {}",
                       Calendar::format_date(first), Calendar::format_date(next)),
           "a calendar goes on day by day, without a gap");
    return;
  }
  all.days += days;
  if (all.days.size() <= limits::kWorkdayCalendarDaysMax) return;
  report(kTooMany, span,
         fmt::format("the calendar has {} days, more than the {} allowed", all.days.size(),
                     limits::kWorkdayCalendarDaysMax),
         "keep the years that records are from");
}

Duration Parser::duration(std::string_view after) {
  if (!at_span()) {
    fail_expected(fmt::format("a span of time after `{}`", after),
                  "spans are written 500ms 10s 5m 2h 30d 2w 3mo 1y 7 workdays");
  }
  const Token& token = take();
  Duration result = token.duration;
  if (token.kind == TokenKind::kNumber) {
    take();
    const auto* count = std::get_if<int64_t>(&token.number);
    result = {count == nullptr ? 0 : *count, DurationUnit::kWorkday};
  }
  if (!result.is_workdays()) return result;
  const Span span = span_from(token.span);
  if (result.count < 1 || result.count > limits::kWorkdaysMax) {
    report(kBadDuration, span, "this span is out of range",
           fmt::format("spans in working days go from 1 to {}", limits::kWorkdaysMax));
    return {1, DurationUnit::kDay};
  }
  policy_.workday_spans.push_back({span, result.count});
  return result;
}

}  // namespace tocsin::dsl
