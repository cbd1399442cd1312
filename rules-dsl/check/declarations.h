// The parts of a policy, each checked by one file; check.cc says in what order.
#pragma once

#include "rules-dsl/check/expressions.h"

namespace tocsin::dsl::checking {

// Names everything that is declared; reports what is declared twice or under a name that is taken.
void index_names(Context& context);

// Finds which rules read the warnings of which others: fills Policy::rule_order, and adds the types
// that the warnings have as records, without the types of their fields.
void order_rules(Context& context);

// --- check_declarations.cc
void check_zone(Context& context);
void check_records(const Context& context);
// The fields of a record, or the columns of a table: `what` they are.
void check_fields(const Context& context, const std::vector<FieldDecl>& fields,
                  std::string_view what);
// Fills Profile::fields.
void check_profile(Context& context);
void report_unused_lets(const Context& context);

// --- check_lifetimes.cc
// `until` and `due` of every record.
void check_lifetimes(Context& context, ExpressionChecker& expressions);
// `until` of an `on` rule, whose bound records `scope` holds.
void check_rule_untils(RuleDecl& rule, const Scope& scope, Context& context,
                       ExpressionChecker& expressions);
// --- check_links.cc
void check_links(Context& context, ExpressionChecker& expressions);

// --- check_tables.cc
// Reads the tables' files, too.
void check_tables(const Context& context);

// --- check_workdays.cc
// Reads the calendar that the policy names, and fills Context::has_workdays.
void check_workdays(Context& context);

// --- check_rules.cc
void check_rule(RuleDecl& rule, Context& context, ExpressionChecker& expressions);

// --- check_samples.cc
void check_publishes(Context& context);
void check_samples(Context& context, ExpressionChecker& expressions);

// --- check_tests.cc
void check_test(const TestDecl& test, const Context& context);

// Index into Policy::levels, or -1 after a message.
int resolve_level(const Context& context, const Identifier& name);

}  // namespace tocsin::dsl::checking
