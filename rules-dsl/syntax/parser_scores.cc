// score: points, grades and their caps.
#include <fmt/format.h>

#include <algorithm>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser_impl.h"

namespace tocsin::dsl {
namespace {

constexpr int64_t kPointsScale = 10'000;
constexpr const char* kGradeHelp = "write grade A from 90, B from 75, C otherwise";

const std::vector<std::string>& score_words() {
  static const std::vector<std::string> words = {"start", "add", "keep", "grade"};
  return words;
}

}  // namespace

void Parser::score_declaration() {
  take();
  ScoreDecl score;
  std::vector<std::string> seen;
  score.name = declared_name("the score's name", "write score credit \"Credit\" { … }");
  score.title = optional_text();
  const bool complete = block({.owner = fmt::format("score `{}`", score.name.text),
                               .item = [&] { score_item(score, seen); },
                               .boundary = &Parser::score_boundary});
  finish_score(score, seen, complete);
  policy_.scores.push_back(std::move(score));
}

void Parser::score_item(ScoreDecl& score, std::vector<std::string>& seen) {
  if (!at_any_word({"start", "add", "keep", "grade"})) {
    if (peek().mistaken) throw Abandon{};
    const std::string nearest = nearest_name(peek().text, score_words());
    fail(kUnknownClause, peek().span, fmt::format("{} begins no line of a score", describe(peek())),
         nearest.empty() ? "a score consists of start, add, keep between and grade"
                         : fmt::format("did you mean `{}`?", nearest));
  }
  const Token& word = take();
  const std::string owner = fmt::format("score `{}`", score.name.text);
  if (word.text == "add") return add_item(score);
  if (word.text == "grade") return grade_item(score, seen);
  once(seen, word, owner);
  if (word.text == "keep") return keep_item(score);
  score.start = points("the points to start with", "write start 100");
}

// N per RECORD … [at most M] | N while C, behind `add`
void Parser::add_item(ScoreDecl& score) {
  const Span begin = previous_;
  const std::string help =
      "write add -5 per penalty over 1y at most 20, or add -40 while CONDITION";
  ScoreItem item;
  item.points = points("the points to add", help);
  if (accept_word("per")) {
    item.per = counted_records();
  } else if (accept_word("while")) {
    item.condition = expression();
  } else {
    fail_expected("`per` and a record's name, or `while` and a condition", help);
  }
  if (at_word("at") && at_word("most", 1)) {
    const Span cap = take().span;
    take();
    item.at_most = points("the most that this may come to", "write at most 20");
    if (item.condition) {
      report(kConflictingClauses, span_from(cap), "`at most` stands behind `per` only",
             "what is added while a condition holds is added once");
    } else if (item.at_most->scaled <= 0) {
      report(kConflictingClauses, span_from(cap), "`at most` needs a number greater than 0",
             "give it without the sign: add -5 per penalty at most 20 takes 20 off at most");
    }
  }
  item.span = span_from(begin);
  score.items.push_back(std::move(item));
}

// RECORD [where …] [over …] …, as in count(…)
ExprPtr Parser::counted_records() {
  const Identifier record = expect_identifier("a record's name after `per`",
                                              "write add -5 per penalty over 1y at most 20");
  Aggregate count;
  count.kind = AggregateKind::kCount;
  count.record = record.text;
  count.record_span = record.span;
  std::vector<std::string> seen;
  item_ = true;
  while (aggregate_modifier(count, seen)) {
  }
  item_ = false;
  const Expr* const where = count.where.get();
  return make(span_from(record.span), std::move(count), {where});
}

void Parser::keep_item(ScoreDecl& score) {
  const std::string help = "write keep between 0 and 100";
  const Span begin = previous_;
  ScoreBounds bounds;
  if (!accept_word("between")) fail_expected("`between` after `keep`", help);
  bounds.low = points("the lowest score", help);
  if (!accept_word("and")) fail_expected("`and` and the highest score", help);
  bounds.high = points("the highest score", help);
  bounds.span = span_from(begin);
  score.keep = bounds;
}

void Parser::grade_item(ScoreDecl& score, std::vector<std::string>& seen) {
  if (!at_word("at") || !at_word("best", 1)) {
    once(seen, token(pos_ - 1), fmt::format("score `{}`", score.name.text));
    score.thresholds.clear();  // a second list was reported; it must not add to the first
    return thresholds(score);
  }
  take();
  take();
  const std::string help = "write grade at best C while exists(commitment overdue)";
  GradeCap cap;
  cap.grade = expect_identifier("a grade after `at best`", help);
  if (!accept_word("while")) fail_expected("`while` and a condition", help);
  cap.condition = expression();
  score.caps.push_back(std::move(cap));
  if (score.caps.size() == limits::kScoreItemsMax + 1) {
    report(kTooMany, score.caps.back().grade.span,
           fmt::format("the score has more than {} lines `grade at best`", limits::kScoreItemsMax),
           "join conditions with `or`");
  }
}

// A from 90, B from 75, C otherwise
void Parser::thresholds(ScoreDecl& score) {
  const Span begin = previous_;
  while (true) {
    Threshold& threshold = score.thresholds.emplace_back();
    threshold.grade = declared_name("a grade", kGradeHelp);
    const bool last = !accept_word("from");
    if (!last) threshold.from = points("the score from which it is given", kGradeHelp);
    if (last) accept_word("otherwise");
    if (accept_symbol(",")) {
      if (!last) continue;
      fail(kOpenLevels, span_from(begin), "a grade without `from` must be the last", kGradeHelp);
    }
    if (!last) {
      report(kOpenLevels, span_from(begin), "the last grade must hold for every score below",
             fmt::format("add a last one: … , {} otherwise", score.thresholds.back().grade.text));
    }
    break;
  }
  if (score.thresholds.size() > limits::kGradesMax) {
    report(kTooMany, span_from(begin),
           fmt::format("the score has {} grades, more than the {} allowed", score.thresholds.size(),
                       limits::kGradesMax),
           "keep those that rules use");
  }
}

void Parser::finish_score(ScoreDecl& score, const std::vector<std::string>& seen, bool complete) {
  if (score.items.size() > limits::kScoreItemsMax) {
    report(kTooMany, score.items[limits::kScoreItemsMax].span,
           fmt::format("the score has {} items, more than the {} allowed", score.items.size(),
                       limits::kScoreItemsMax),
           "join items that count the same records");
  }
  if (!complete) return;
  const auto missing = [&](std::string_view word, std::string help) {
    if (std::find(seen.begin(), seen.end(), word) != seen.end()) return;
    report(kMissingClause, score.name.span,
           fmt::format("score `{}` has no `{}`", score.name.text, word), std::move(help));
  };
  missing("start", "say with how many points every subject starts: start 100");
  if (!score.caps.empty()) missing("grade", kGradeHelp);
  if (score.thresholds.empty()) return;
  auto grades = std::make_shared<EnumType>();
  grades->ordered = true;
  for (auto grade = score.thresholds.rbegin(); grade != score.thresholds.rend(); ++grade) {
    grades->values.push_back(grade->grade.text);
  }
  score.grade_type = {TypeKind::kEnum, std::move(grades)};
}

// A number with its sign.
DecimalLiteral Parser::points(std::string_view what, const std::string& help) {
  const Span begin = peek().span;
  const bool negative = accept_symbol("-");
  if (!negative) accept_symbol("+");
  if (!at(TokenKind::kNumber)) fail_expected(what, help);
  const LiteralValue& number = take().number;
  const auto* whole = std::get_if<int64_t>(&number);
  const auto* decimal = std::get_if<DecimalLiteral>(&number);
  int64_t scaled = decimal == nullptr ? 0 : decimal->scaled;
  const bool fits = whole == nullptr ? decimal != nullptr
                                     : !__builtin_mul_overflow(*whole, kPointsScale, &scaled);
  if (!fits || scaled > limits::kPointsMax * kPointsScale) {
    report(kBadNumber, span_from(begin),
           fmt::format("points are numbers up to {} with at most 4 places", limits::kPointsMax),
           help);
  }
  return {negative ? -scaled : scaled};
}

bool Parser::score_boundary(size_t index, bool) const {
  const Token& first = token(index);
  return first.first_on_line && first.kind == TokenKind::kIdentifier &&
         std::find(score_words().begin(), score_words().end(), first.text) != score_words().end();
}

}  // namespace tocsin::dsl
