#include "rules-dsl/value/posix_zone.h"

#include "rules-dsl/value/civil.h"

namespace tocsin {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Reads from the front of `text`; the first mistake makes every later answer meaningless.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool good() const { return good_; }
  bool at_end() const { return text_.empty(); }
  bool next_is(char c) const { return !text_.empty() && text_.front() == c; }

  bool take(char c) {
    if (!next_is(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { good_ = take(c) && good_; }

  // Three letters or more, or anything in angle brackets.
  void skip_name() {
    size_t length = 0;
    if (take('<')) {
      length = text_.find('>');
      good_ = good_ && length != std::string_view::npos;
      text_.remove_prefix(good_ ? length + 1 : text_.size());
      return;
    }
    while (length < text_.size() && is_letter(text_[length])) ++length;
    good_ = good_ && length >= 3;
    text_.remove_prefix(length);
  }

  int number(int max) {
    int value = 0;
    size_t length = 0;
    while (length < text_.size() && is_digit(text_[length]) && value <= max) {
      value = value * 10 + (text_[length++] - '0');
    }
    good_ = good_ && length > 0 && value <= max;
    text_.remove_prefix(length);
    return value;
  }

  // [+-]hh[:mm[:ss]] in seconds; RFC 8536 allows hours up to 167.
  int64_t clock() {
    const bool negative = take('-');
    if (!negative) take('+');
    int64_t seconds = int64_t{number(167)} * 3600;
    if (take(':')) seconds += int64_t{number(59)} * 60;
    if (take(':')) seconds += number(59);
    return negative ? -seconds : seconds;
  }

  // ,Mm.w.d[/time]
  PosixZone::Change change() {
    PosixZone::Change result{};
    expect(',');
    expect('M');
    result.month = number(12);
    expect('.');
    result.week = number(5);
    expect('.');
    result.weekday = number(6);
    result.seconds = take('/') ? clock() : 2 * 3600;
    good_ = good_ && result.month >= 1 && result.week >= 1;
    return result;
  }

 private:
  std::string_view text_;
  bool good_ = true;
};

// The local time of a change as if it were UTC.
int64_t local_seconds(const PosixZone::Change& change, int year) {
  const int64_t first = civil::days_from({year, change.month, 1});
  const int first_weekday = civil::weekday(first) % 7;  // 0 = Sunday
  int day = (change.weekday - first_weekday + 7) % 7 + (change.week - 1) * 7;
  if (day >= civil::days_in_month(year, change.month)) day -= 7;
  return (first + day) * 86'400 + change.seconds;
}

}  // namespace

std::optional<PosixZone> PosixZone::parse(std::string_view text) {
  Reader reader(text);
  PosixZone zone;
  reader.skip_name();
  zone.standard_offset = -reader.clock();  // POSIX counts westwards
  if (reader.good() && !reader.at_end()) {
    zone.has_summer = true;
    reader.skip_name();
    zone.summer_offset = reader.next_is(',') ? zone.standard_offset + 3600 : -reader.clock();
    zone.summer_begins = reader.change();
    zone.summer_ends = reader.change();
  }
  if (!reader.good() || !reader.at_end()) return std::nullopt;
  return zone;
}

int64_t PosixZone::summer_begin(int year) const {
  return local_seconds(summer_begins, year) - standard_offset;
}

int64_t PosixZone::summer_end(int year) const {
  return local_seconds(summer_ends, year) - summer_offset;
}

}  // namespace tocsin
