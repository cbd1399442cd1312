// Lifetimes: `until` and `due` of records, `until` of rules, and who may ask for them.
#include <algorithm>

#include "rules-dsl/check/declarations.h"
#include "rules-dsl/check/fields.h"
#include "rules-dsl/check/types.h"

namespace tocsin::dsl::checking {
namespace {

const Name* bare_name(const Expr& expr) { return std::get_if<Name>(&expr.node); }

class LifetimeChecker {
 public:
  // `scope`: what the clauses may name, but for the record that ends the lifetime. `own`: whose
  // lifetime it is, for messages.
  LifetimeChecker(const Scope& scope, Context& context, ExpressionChecker& expressions,
                  std::string own)
      : scope_(scope), context_(context), expressions_(expressions), own_(std::move(own)) {}

  void check_until(Until& until) {
    if (until.record) check_ending(*until.record);
    if (until.at) check_end(*until.at, "`until`");
  }

  void check_end(Expr& end, std::string_view clause) {
    const Name* name = bare_name(end);
    if (name != nullptr && is_record_only(name->name)) {
      context_.report.add(Code::kOutOfPlace, end.span,
                          quote(name->name) + " is a record type and needs a short name here",
                          {.help = "say which of them ends it: until " + name->name + " " +
                                   name->name.substr(0, 1) + " where …",
                           .fix = {}});
      return;
    }
    Footing footing;
    if (check_instant(end, scope_, context_, expressions_, clause, footing)) {
      report_other_records(footing, end.span);
    }
  }

 private:
  // until fulfilment f where f.commitment == id
  void check_ending(Step& ending) {
    ending.record_type = scope_.lifetime ? resolve_declared(context_, ending.record,
                                                            "a record is ended by records alone")
                                         : resolve_record(context_, ending.record);
    if (!scope_.lifetime && scope_.footing != nullptr && ending.record_type >= 0) {
      scope_.footing->records.insert(ending.record_type);
    }
    require_key(context_, ending.record_type, ending.record.span, scope_, {});
    Scope scope = scope_;
    int index = 0;
    if (ending.alias.text == "subject") {
      context_.report.add(Code::kReservedName, ending.alias.span, "`subject` cannot be an alias",
                          {.help = "subject.field is the subject's profile", .fix = {}});
    } else if (scope.find_alias(ending.alias.text, &index) != nullptr) {
      context_.report.add(Code::kDeclaredTwice, ending.alias.span,
                          quote(ending.alias.text) + " is the name of another record of this rule",
                          {.help = "choose another alias", .fix = {}});
    }
    scope.bound.push_back({ending.alias.text, ending.record_type});
    if (!ending.where) return;
    Footing footing;
    scope.footing = &footing;
    expressions_.check_condition(*ending.where, scope, "`where`");
    report_other_records(footing, ending.where->span);
  }

  // Not also a field or a let: those may be meant.
  bool is_record_only(const std::string& name) const {
    if (find_in(context_.records, name) < 0 || find_in(context_.lets, name) >= 0) return false;
    const int own = scope_.aggregated.value_or(-1);
    return own < 0 || find_field(context_.policy.records[own], name) < 0;
  }

  void report_other_records(const Footing& footing, Span span) const {
    if (!footing.aggregates && !footing.profile) return;
    const std::string what = footing.aggregates ? "an aggregate" : "the subject's profile";
    context_.report.add(
        Code::kLifetimeLooksAround, span, "when " + own_ + " ends cannot depend on " + what,
        {.help = "use its own fields, and those of the record that ends it", .fix = {}});
  }

  const Scope& scope_;
  Context& context_;
  ExpressionChecker& expressions_;
  const std::string own_;
};

void report_two_deadlines(const RecordDecl& record, const Context& context) {
  const int field = deadline_field(record);
  if (field < 0) return;
  context.report.add(
      Code::kTwoDeadlines, record.due->span,
      "record " + quote(record.name.text) + " has a deadline already: its field `due`",
      {.help = "leave the clause out, or rename the field", .fix = {}});
}

void check_lifetime(RecordDecl& record, int index, Context& context,
                    ExpressionChecker& expressions) {
  Scope scope;
  scope.aggregated = index;
  scope.lifetime = true;
  LifetimeChecker checker(scope, context, expressions, "a record " + quote(record.name.text));
  for (Until& until : record.untils) checker.check_until(until);
  if (!record.due) return;
  if (record.due->at) checker.check_end(*record.due->at, "`due`");
  report_two_deadlines(record, context);
}

}  // namespace

void check_lifetimes(Context& context, ExpressionChecker& expressions) {
  std::vector<RecordDecl>& records = context.policy.records;
  for (size_t i = 0; i < records.size(); ++i) {
    check_lifetime(records[i], static_cast<int>(i), context, expressions);
  }
}

void check_rule_untils(RuleDecl& rule, const Scope& scope, Context& context,
                       ExpressionChecker& expressions) {
  if (rule.untils.empty()) return;
  if (rule.condition) {
    context.report.add(Code::kUntilOfWhile, rule.untils.front().span,
                       "`until` stands in an `on` rule only",
                       {.help = "a `while` warning ends by itself, when its condition is no longer "
                                "true",
                        .fix = {}});
    return;
  }
  LifetimeChecker checker(scope, context, expressions, "a warning");
  for (Until& until : rule.untils) checker.check_until(until);
}

void require_deadline(const Context& context, int record, Span span) {
  if (record < 0) return;
  const RecordDecl& declared = context.policy.records[record];
  if (declared.due || deadline_field(declared) >= 0) return;
  if (context.policy.damage.may_declare("due")) return;
  context.report.add(Code::kNoDeadline, span,
                     "record " + quote(declared.name.text) +
                         " has no deadline, so none is ever "
                         "overdue",
                     {.help = "give it a field due date, or a clause: due 30d", .fix = {}});
}

void note_lifetime(const Context& context, int record, const Scope& scope) {
  if (record < 0) return;
  const RecordDecl& declared = context.policy.records[record];
  const bool own =
      declared.origin == Origin::kDeclared && (scope.by.empty() || !ends_by_record(declared));
  if (own || declared.ends < 0) return;  // the records themselves say it
  if (scope.footing != nullptr) scope.footing->records.insert(declared.ends);
}

bool check_instant(Expr& expr, Scope scope, Context& context, ExpressionChecker& expressions,
                   std::string_view clause, Footing& footing) {
  scope.footing = &footing;
  const Type date{TypeKind::kDate, nullptr};
  const Type time{TypeKind::kTime, nullptr};
  const std::string* text = text_of(expr);
  const bool is_day = text != nullptr && Calendar::parse_date(*text).has_value();
  expressions.check_value(expr, scope, is_day ? &date : &time);
  if (is_error(expr.type)) return false;
  if (is_time_or_date(expr.type)) return true;
  report_clause_type(context, clause, "a time or a date", expr);
  return false;
}

void report_clause_type(const Context& context, std::string_view clause, std::string_view needs,
                        const Expr& expr) {
  context.report.add(Code::kClauseType, expr.span,
                     std::string(clause) + " needs " + std::string(needs) + ", but " +
                         context.report.quote(expr) + " is " + describe(expr.type));
}

}  // namespace tocsin::dsl::checking
