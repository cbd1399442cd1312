// publish and sample: whose scores, and a rate for every grade.
#include <algorithm>

#include "rules-dsl/check/declarations.h"

namespace tocsin::dsl::checking {
namespace {

int resolve_score(const Context& context, const Identifier& name) {
  const int score = find_in(context.scores, name.text);
  if (score >= 0 || context.policy.damage.may_declare(name.text)) return score;
  context.report.add(Code::kUnknownScore, name.span, "unknown score " + quote(name.text),
                     nearest(name.text, context.names_of(context.scores), "the scores are"));
  return -1;
}

void check_rate(const Context& context, const SampleDecl& sample, SampleRate& rate,
                const std::vector<std::string>& grades) {
  const auto found = std::find(grades.begin(), grades.end(), rate.grade.text);
  if (found != grades.end()) {
    rate.index = static_cast<int>(found - grades.begin());
    for (const SampleRate& before : sample.rates) {
      if (&before == &rate) return;
      if (before.grade.text != rate.grade.text) continue;
      context.report.declared_twice(rate.grade, "rate for", before.grade.span);
      return;
    }
  }
  if (context.policy.damage.may_declare(rate.grade.text)) return;
  context.report.add(
      Code::kUnknownGrade, rate.grade.span,
      "score " + quote(sample.score->text) + " has no grade " + quote(rate.grade.text),
      nearest(rate.grade.text, grades, "its grades are"));
}

void check_rates(const Context& context, SampleDecl& sample) {
  sample.score_index = resolve_score(context, *sample.score);
  if (sample.score_index < 0) return;
  const ScoreDecl& score = context.policy.scores[sample.score_index];
  if (score.grade_type.values == nullptr) {
    context.report.add(Code::kNoGrades, sample.score->span,
                       "score " + quote(score.name.text) + " has no grades",
                       {.help = "write one rate for all: rate 5%", .fix = {}});
    return;
  }
  const std::vector<std::string>& grades = score.grade_type.values->values;
  for (SampleRate& rate : sample.rates) check_rate(context, sample, rate, grades);
  std::vector<std::string> left_out;
  for (const std::string& grade : grades) {
    const bool has_rate =
        std::any_of(sample.rates.begin(), sample.rates.end(),
                    [&](const SampleRate& rate) { return rate.grade.text == grade; });
    if (!has_rate) left_out.push_back(grade);
  }
  if (left_out.empty()) return;
  context.report.add(Code::kGradeWithoutRate, sample.score->span,
                     "no rate is given for " + join(left_out),
                     {.help = "give every grade a rate; 0% draws nobody", .fix = {}});
}

}  // namespace

void check_publishes(Context& context) {
  std::vector<PublishDecl>& publishes = context.policy.publishes;
  for (size_t i = 0; i < publishes.size(); ++i) {
    publishes[i].score_index = resolve_score(context, publishes[i].score);
    for (size_t before = 0; before < i; ++before) {
      if (publishes[before].score.text != publishes[i].score.text) continue;
      context.report.declared_twice(publishes[i].score, "publish", publishes[before].score.span);
      break;
    }
  }
}

void check_samples(Context& context, ExpressionChecker& expressions) {
  for (SampleDecl& sample : context.policy.samples) {
    Footing footing;
    Scope scope;
    scope.footing = &footing;
    if (sample.where) expressions.check_condition(*sample.where, scope, "`where`");
    if (sample.score) check_rates(context, sample);
    if (sample.score_index >= 0) footing.merge(context.score_states[sample.score_index].footing);
    sample.reads = footing.records;
    sample.across = footing.across;
  }
}

}  // namespace tocsin::dsl::checking
