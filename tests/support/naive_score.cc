// Scores of language.md 7 and 11, for the naive evaluator: word for word.
#include <algorithm>

#include "tests/support/naive_expression.h"

namespace tocsin::testing {

Value NaiveExpressions::score(const dsl::ScoreDecl& score, const Moment& moment) const {
  Value total = Value::of_decimal(score.start.scaled);
  for (const dsl::ScoreItem& item : score.items) {
    const Value each = Value::of_decimal(item.points.scaled);
    Value added = Value::of_decimal(0);
    if (item.condition) {
      if (is_true(item.condition.get(), moment)) added = each;
    } else {
      added = multiply(each, evaluate(*item.per, moment));
    }
    if (added.is_missing()) continue;  // "adds nothing"
    int64_t scaled = added.integer();
    if (item.at_most) {
      scaled = std::clamp(scaled, -item.at_most->scaled, item.at_most->scaled);
    }
    total = add(total, Value::of_decimal(scaled));
  }
  if (total.is_missing() || !score.keep) return total;
  return Value::of_decimal(
      std::clamp(total.integer(), score.keep->low.scaled, score.keep->high.scaled));
}

Value NaiveExpressions::grade(const dsl::ScoreDecl& score, const Moment& moment) const {
  const Value number = this->score(score, moment);
  if (number.is_missing()) return number;
  auto value = static_cast<int64_t>(score.thresholds.size());
  for (const dsl::Threshold& threshold : score.thresholds) {
    --value;
    if (!threshold.from || number.integer() >= threshold.from->scaled) break;
  }
  for (const dsl::GradeCap& cap : score.caps) {
    if (is_true(cap.condition.get(), moment)) value = std::min<int64_t>(value, cap.index);
  }
  return Value::of_enum(value);
}

void NaiveExpressions::collect_aggregates(const dsl::ScoreDecl& score, bool with_grade,
                                          std::vector<const dsl::Aggregate*>& out) const {
  for (const dsl::ScoreItem& item : score.items) {
    collect_aggregates(item.per.get(), out);
    collect_aggregates(item.condition.get(), out);
  }
  for (const dsl::GradeCap& cap : score.caps) {
    if (with_grade) collect_aggregates(cap.condition.get(), out);
  }
}

}  // namespace tocsin::testing
