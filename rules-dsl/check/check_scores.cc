// Scores: what they count, whether their bounds mean anything, and where they may be named.
#include <algorithm>

#include "rules-dsl/check/expressions.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/printer.h"

namespace tocsin::dsl::checking {
namespace {

using Progress = LetState::Progress;

constexpr long double kPointsScale = 10'000.0L;

long double as_real(DecimalLiteral decimal) {
  return static_cast<long double>(decimal.scaled) / kPointsScale;
}

std::string points_text(DecimalLiteral decimal) {
  std::string text = std::to_string(static_cast<double>(as_real(decimal)));
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string points_text(long double number) {
  return points_text(DecimalLiteral{static_cast<int64_t>(number * kPointsScale)});
}

}  // namespace

void ExpressionChecker::check_scores() {
  for (size_t i = 0; i < context_.policy.scores.size(); ++i) check_score(static_cast<int>(i));
}

void ExpressionChecker::check_score(int index) {
  LetState& state = context_.score_states[index];
  if (state.progress != Progress::kUnchecked) return;
  ScoreDecl& score = context_.policy.scores[index];

  state.progress = Progress::kInProgress;
  let_path_.push_back(unit_of_score(index));
  Scope scope;
  scope.footing = &state.footing;
  size_t height = 0;
  const auto check_part = [&](Expr& expr, bool condition) {
    if (condition) check_condition(expr, scope, "`while`");
    if (!condition) check_value(expr, scope);
    height = std::max(height, height_of(expr, context_));
  };
  for (ScoreItem& item : score.items) {
    check_part(item.per ? *item.per : *item.condition, item.per == nullptr);
  }
  for (GradeCap& cap : score.caps) check_part(*cap.condition, true);
  let_path_.pop_back();
  state.progress = Progress::kDone;
  state.footing.score = true;
  state.footing.aggregates = true;
  score.reads = state.footing.records;
  score.across = state.footing.across;

  // The planner adds the items in pairs, and asks for one grade after the other.
  constexpr size_t kLevelsOfSums = 12;
  state.height = height + kLevelsOfSums + score.thresholds.size();
  if (state.height > limits::kNestingMax) report_too_deep(unit_of_score(index));
  check_points(score, state);
  check_grades(score, state.range);
}

void ExpressionChecker::check_points(const ScoreDecl& score, LetState& state) {
  Range sum{as_real(score.start), as_real(score.start), false};
  for (const ScoreItem& item : score.items) check_item(item, sum);
  state.range = sum;
  if (!score.keep) return;
  const long double low = as_real(score.keep->low);
  const long double high = as_real(score.keep->high);
  if (low >= high) {
    report_.add(Code::kEmptyRange, score.keep->span, "`keep between` needs the lower bound first",
                {.help = "write the smaller number first: keep between 0 and 100", .fix = {}});
    state.range = {};
    return;
  }
  if (sum.low >= low && sum.high <= high) {
    report_.add(Code::kNoEffect, score.keep->span,
                "`keep between` changes nothing: the score is between " + points_text(sum.low) +
                    " and " + points_text(sum.high) + " anyway",
                {.help = "leave it out, or set closer bounds", .fix = {}});
  }
  state.range = {std::clamp(sum.low, low, high), std::clamp(sum.high, low, high), false};
}

// Adds to `sum` what the item can come to.
void ExpressionChecker::check_item(const ScoreItem& item, Range& sum) {
  const Range times = item.per ? range_of(*item.per, context_) : Range{0, 1, true};
  const long double each = as_real(item.points);
  if (each == 0) {
    report_.add(Code::kNoEffect, item.span, "this item adds nothing",
                {.help = "give the points that each record takes or gives", .fix = {}});
    return;
  }
  long double most = each * times.high;
  if (item.at_most) {
    const long double cap = as_real(*item.at_most);
    if (std::abs(most) <= cap) {
      report_.add(
          Code::kNoEffect, item.span,
          "`at most` changes nothing: this comes to " + points_text(std::abs(most)) + " at most",
          {.help = "leave it out, or set a closer bound", .fix = {}});
    }
    most = each > 0 ? std::min(most, cap) : std::max(most, -cap);
  }
  sum.low += std::min(most, 0.0L);
  sum.high += std::max(most, 0.0L);
}

void ExpressionChecker::check_grades(ScoreDecl& score, const Range& range) {
  for (size_t i = 0; i < score.thresholds.size(); ++i) check_threshold(score, i, range);
  for (GradeCap& cap : score.caps) check_cap(score, cap);
}

void ExpressionChecker::check_threshold(const ScoreDecl& score, size_t place, const Range& range) {
  const Threshold& threshold = score.thresholds[place];
  const Identifier& grade = threshold.grade;
  for (size_t i = 0; i < place; ++i) {
    if (score.thresholds[i].grade.text != grade.text) continue;
    report_.declared_twice(grade, "grade", score.thresholds[i].grade.span);
    return;
  }
  const DecimalLiteral* above = place == 0 ? nullptr : &*score.thresholds[place - 1].from;
  if (threshold.from && above != nullptr && threshold.from->scaled >= above->scaled) {
    report_.add(Code::kThresholdOrder, grade.span,
                "grade " + quote(grade.text) + " begins at " + points_text(*threshold.from) +
                    ", not below the " + points_text(*above) + " of the better one before it",
                {.help = "write the best grade first, each from a lower score than the one before",
                 .fix = {}});
    return;
  }
  if (threshold.from && as_real(*threshold.from) > range.high) {
    report_.add(Code::kGradeUnreachable, grade.span,
                "grade " + quote(grade.text) + " can never be given: the score is at most " +
                    points_text(range.high));
  } else if (above != nullptr && as_real(*above) <= range.low) {
    report_.add(Code::kGradeUnreachable, grade.span,
                "grade " + quote(grade.text) + " can never be given: the score is at least " +
                    points_text(range.low));
  }
}

void ExpressionChecker::check_cap(const ScoreDecl& score, GradeCap& cap) {
  if (score.grade_type.values == nullptr) return;
  const std::vector<std::string>& grades = score.grade_type.values->values;
  const auto found = std::find(grades.begin(), grades.end(), cap.grade.text);
  if (found == grades.end()) {
    if (context_.policy.damage.may_declare(cap.grade.text)) return;
    report_.add(Code::kUnknownGrade, cap.grade.span,
                "score " + quote(score.name.text) + " has no grade " + quote(cap.grade.text),
                nearest(cap.grade.text, grades, "its grades are"));
    return;
  }
  cap.index = static_cast<int>(found - grades.begin());
  if (cap.grade.text == grades.back()) {
    report_.add(Code::kNoEffect, cap.grade.span,
                "`at best " + cap.grade.text + "` changes nothing: it is the best grade",
                {.help = "name a lower grade, or leave the line out", .fix = {}});
  }
}

Type ExpressionChecker::use_score(int index, Span span, const Scope& scope) {
  LetState& state = context_.score_states[index];
  const std::string name = "score " + quote(context_.policy.scores[index].name.text);
  state.used = true;
  if (state.progress == Progress::kInProgress) {
    report_cycle(unit_of_score(index));
    return {};
  }
  if (state.progress == Progress::kUnchecked && depth_ > limits::kNestingMax) {
    report_too_deep(let_path_.front());
    return {};
  }
  check_score(index);
  if (scope.aggregated) {
    report_.add(Code::kNestedAggregate, span,
                name + " counts records and cannot be used inside an aggregate",
                {.help = "compare its value outside of the aggregate", .fix = {}});
    return {};
  }
  if (!scope.by.empty()) {
    report_.add(Code::kOutOfPlace, span,
                name + " is a subject's, but this rule is by " + quote_key(scope.by),
                {.help = "group by subject", .fix = {}});
    return {};
  }
  if (scope.footing != nullptr) scope.footing->merge(state.footing);
  return {TypeKind::kDecimal, nullptr};
}

// SCORE.grade
Type ExpressionChecker::check_grade(Member& member, int score, const Scope& scope) {
  const Type known = use_score(score, member.object->span, scope);
  if (known.kind == TypeKind::kError) return {};
  const ScoreDecl& declared = context_.policy.scores[score];
  if (member.member != "grade") {
    report_.add(Code::kUnknownPart, member.member_span,
                "a score has no part " + quote(member.member),
                {.help = "its grade is " + declared.name.text + ".grade", .fix = {}});
    return {};
  }
  if (declared.grade_type.kind == TypeKind::kError) {
    report_.add(Code::kNoGrades, member.member_span,
                "score " + quote(declared.name.text) + " has no grades",
                {.help = "give it some: grade A from 90, B from 75, C otherwise", .fix = {}});
    return {};
  }
  member.binding = {.kind = BindingKind::kGrade, .scope = kAggregatedRecord, .index = score};
  return declared.grade_type;
}

}  // namespace tocsin::dsl::checking
