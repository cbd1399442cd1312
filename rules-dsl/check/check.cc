#include "rules-dsl/check/check.h"

#include "rules-dsl/check/declarations.h"

namespace tocsin::dsl {
namespace {

checking::Context context_for(Policy& policy, const SourceSet& sources, Diagnostics& diagnostics) {
  return {.policy = policy,
          .sources = sources,
          .report = checking::Report(sources, diagnostics),
          .calendar = nullptr,
          .has_workdays = false,
          .records = {},
          .links = {},
          .tables = {},
          .lets = {},
          .rules = {},
          .scores = {},
          .samples = {},
          .levels = {},
          .profile = {},
          .let_states = std::vector<checking::LetState>(policy.lets.size()),
          .score_states = std::vector<checking::LetState>(policy.scores.size())};
}

}  // namespace

// Declarations first, because expressions name them; lets before rules, because a rule must know
// what the lets that it names rest on; but lets that read the warnings of rules when these are
// known. Scores are checked when they are first named, like lets.
void check(Policy& policy, const SourceSet& sources, Diagnostics& diagnostics) {
  checking::Context context = context_for(policy, sources, diagnostics);
  checking::ExpressionChecker expressions(context);

  checking::check_zone(context);
  checking::check_workdays(context);
  checking::index_names(context);
  checking::order_rules(context);
  checking::check_records(context);
  checking::check_profile(context);
  checking::check_tables(context);
  checking::check_links(context, expressions);
  expressions.check_lets_over_records();
  for (int rule : policy.rule_order) {
    checking::check_rule(policy.rules[rule], context, expressions);
  }
  expressions.check_lets();
  checking::check_lifetimes(context, expressions);
  expressions.check_scores();
  checking::check_publishes(context);
  checking::check_samples(context, expressions);
  for (const TestDecl& test : policy.tests) checking::check_test(test, context);
  checking::report_unused_lets(context);
}

}  // namespace tocsin::dsl
