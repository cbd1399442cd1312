// Grade changes, assessments and draws of language.md 7, for the naive evaluator: day by day.
#include <openssl/sha.h>

#include <cstdio>
#include <utility>

#include "tests/support/naive_rule.h"

namespace tocsin::testing {
namespace {

std::string points_of(const NaiveSubject& subject, Value score) {
  return score.is_missing() ? "null"
                            : subject.expressions.text(score, {dsl::TypeKind::kDecimal, {}});
}

NetWarning telling(const NaiveSubject& subject, Kind kind, const std::string& name, int64_t time) {
  NetWarning result;
  result.kind = kind;
  result.rule = name;
  result.key = subject.key.text;
  result.subject = subject.key.text;
  result.raised = time;
  return result;
}

bool divides(int64_t period, int64_t number) { return (number % period + period) % period == 0; }

bool begins_on(const dsl::Duration& every, int64_t day) {
  const Calendar::Civil date = Calendar::civil_of_day(day);
  const int64_t month = (date.year - 1970) * 12 + date.month - 1;
  switch (every.unit) {
    case dsl::DurationUnit::kYear:
      return date.day == 1 && date.month == 1 && divides(every.count, date.year - 1970);
    case dsl::DurationUnit::kMonth:
      return date.day == 1 && divides(every.count, month);
    case dsl::DurationUnit::kWeek:
      return date.weekday == 1 && divides(every.count * 7, day + 3);
    default:
      return divides(every.count, day);
  }
}

// Every period's start from the subject's first record on.
std::vector<int64_t> starts(const NaiveSubject& subject, const dsl::Duration& every) {
  std::vector<int64_t> times;
  const int64_t first = subject.key.records.front()->time;
  const int64_t last_day = subject.spans.civil().day_of(subject.clock);
  for (int64_t day = subject.spans.civil().day_of(first); day <= last_day; ++day) {
    const int64_t time = subject.spans.civil().day_begin(day);
    if (begins_on(every, day) && time >= first && time <= subject.clock) times.push_back(time);
  }
  return times;
}

}  // namespace

std::vector<NaiveWarning> grade_changes(const NaiveSubject& subject, const dsl::ScoreDecl& score) {
  std::vector<NaiveWarning> told;
  if (score.thresholds.empty()) return told;
  std::vector<const dsl::Aggregate*> aggregates;
  subject.expressions.collect_aggregates(score, true, aggregates);
  const std::string name = score.name.text + "_change";
  Value before;
  for (const int64_t time :
       change_points(subject.key, aggregates, subject.expressions, subject.spans, subject.clock)) {
    const Value grade = subject.expressions.grade(score, subject.at(time));
    if (grade.is_missing()) continue;
    const Value last = std::exchange(before, grade);
    if (last.is_missing() || last.integer() == grade.integer()) continue;
    const Value number = subject.expressions.score(score, subject.at(time));
    const std::string from = subject.expressions.text(last, score.grade_type);
    const std::string to = subject.expressions.text(grade, score.grade_type);
    const std::string points = points_of(subject, number);
    NaiveWarning& change = told.emplace_back(NaiveWarning{});
    static_cast<NetWarning&>(change) = telling(subject, Kind::kGrade, name, time);
    change.values = "from=" + from + " to=" + to + " score=" + points;
    change.message = from + " -> " + to + ", " + points + " points";
    change.record.type = score.record_type;
    change.record.id = id_of(name, subject.key.text, {std::to_string(time)});
    change.record.subject = subject.key.text;
    change.record.time = time;
    for (const Value& value : {last, grade, number}) {
      change.record.values.push_back(NaiveValue::of(value));
    }
  }
  return told;
}

std::vector<NetWarning> assessments(const NaiveSubject& subject, const dsl::PublishDecl& publish) {
  std::vector<NetWarning> told;
  const auto& score = subject.policy.scores[static_cast<size_t>(publish.score_index)];
  for (const int64_t time : starts(subject, publish.every)) {
    const Moment moment = subject.at(time);
    NetWarning& assessment =
        told.emplace_back(telling(subject, Kind::kAssessment, score.name.text, time));
    const std::string points = points_of(subject, subject.expressions.score(score, moment));
    std::string grade;
    if (!score.thresholds.empty()) {
      const Value given = subject.expressions.grade(score, moment);
      if (!given.is_missing()) grade = subject.expressions.text(given, score.grade_type);
    }
    assessment.values = "score=" + points + " grade=" + (grade.empty() ? "null" : grade);
    assessment.message = points + " points" + (grade.empty() ? "" : ", grade " + grade);
  }
  return told;
}

namespace {

// The first 16 hex digits of SHA-256 over seed, period and subject, each with its length.
std::string hash_of(const std::string& seed, const std::string& period,
                    const std::string& subject) {
  std::string text;
  for (const std::string& part : {seed, period, subject}) {
    text += std::to_string(part.size()) + ":" + part;
  }
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  char hex[17];
  for (int i = 0; i < 8; ++i) std::snprintf(hex + 2 * i, 3, "%02x", digest[i]);
  return hex;
}

std::string percent(int64_t millionths) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", static_cast<double>(millionths) / 10'000);
  std::string shown = text;
  while (shown.back() == '0') shown.pop_back();
  if (shown.back() == '.') shown.pop_back();
  return shown + "%";
}

}  // namespace

std::vector<NetWarning> draws(const NaiveSubject& subject, const dsl::SampleDecl& sample) {
  std::vector<NetWarning> told;
  for (const int64_t time : starts(subject, sample.every)) {
    const Moment moment = subject.at(time);
    if (!subject.expressions.is_true(sample.where.get(), moment)) continue;
    int64_t rate = sample.rates.front().rate;
    std::string grade;
    if (sample.score) {
      const auto& score = subject.policy.scores[static_cast<size_t>(sample.score_index)];
      const Value given = subject.expressions.grade(score, moment);
      if (given.is_missing()) continue;
      grade = subject.expressions.text(given, score.grade_type);
      for (const dsl::SampleRate& one : sample.rates) {
        if (one.grade.text == grade) rate = one.rate;
      }
    }
    const std::string period = Calendar::format_date(subject.spans.civil().day_of(time));
    const std::string hash = hash_of(sample.seed, period, subject.key.text);
    const double share = static_cast<double>(std::stoull(hash, nullptr, 16)) / 0x1p64;
    if (share >= static_cast<double>(rate) / 1e6) continue;
    NetWarning& draw = told.emplace_back(telling(subject, Kind::kDraw, sample.name.text, time));
    draw.values = "sample=" + sample.name.text + " period=" + period +
                  " grade=" + (grade.empty() ? "null" : grade) + " rate=" + percent(rate) +
                  " hash=" + hash;
    draw.message = "drawn for the period from " + period + ", rate " + percent(rate);
  }
  return told;
}

}  // namespace tocsin::testing
