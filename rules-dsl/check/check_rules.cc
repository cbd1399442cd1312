#include <algorithm>

#include "rules-dsl/check/children.h"
#include "rules-dsl/check/declarations.h"
#include "rules-dsl/check/fields.h"
#include "rules-dsl/check/types.h"

namespace tocsin::dsl::checking {
namespace {

// Record types that an expression's aggregates run over, in the order of the text, lets included.
void collect_records(const Expr& expr, Context& context, ExpressionChecker& expressions,
                     std::vector<int>& records) {
  if (const Aggregate* aggregate = std::get_if<Aggregate>(&expr.node)) {
    records.push_back(find_record(context, aggregate->record));
  }
  if (const Name* name = std::get_if<Name>(&expr.node)) {
    if (const int let = find_in(context.lets, name->name); let >= 0) {
      expressions.check_let(let);
      const std::set<int>& more = context.let_states[let].footing.records;
      records.insert(records.end(), more.begin(), more.end());
    }
  }
  for_each_child(expr,
                 [&](const Expr& child) { collect_records(child, context, expressions, records); });
}

class RuleChecker {
 public:
  RuleChecker(RuleDecl& rule, Context& context, ExpressionChecker& expressions)
      : rule_(rule), context_(context), report_(context.report), expressions_(expressions) {}

  void run() {
    scope_.rule = &rule_;
    scope_.footing = &footing_;
    resolve_steps();
    resolve_key();
    check_pattern();
    if (rule_.condition) expressions_.check_condition(*rule_.condition, scope_, "`while`");
    check_levels();
    check_once();
    check_rule_untils(rule_, scope_, context_, expressions_);
    check_subject();
    for (size_t i = 0; i < rule_.with.size(); ++i) check_with(i);
    if (rule_.say) check_message(*rule_.say);
    note_reads();
    rule_.across = footing_.across;
    if (rule_.record_type >= 0) complete_type(context_.policy.records[rule_.record_type]);
  }

 private:
  void resolve_steps() {
    for (Step& step : rule_.steps) {
      step.record_type = resolve_record(context_, step.record);
      if (step.overdue) require_deadline(context_, step.record_type, step.record.span);
    }
    if (rule_.absence) {
      Step& absent = rule_.absence->step;
      absent.record_type = resolve_record(context_, absent.record);
    }
  }

  // --- by

  void resolve_key() {
    if (rule_.by.empty()) return;
    scope_.by = rule_.by;
    const std::vector<int> used = records_used();
    bool known = true;
    for (size_t part = 0; part < rule_.by.size(); ++part) {
      scope_.key_types.push_back(find_key_type(rule_.by[part].text, used));
      known = known && !is_error(scope_.key_types.back());
      if (is_error(scope_.key_types.back())) report_unknown_key(rule_.by[part]);
      report_repeated_part(part);
    }
    if (!known) return;
    for (const Step& step : rule_.steps) require_step_key(step);
    if (rule_.absence) require_step_key(rule_.absence->step);
  }

  void report_repeated_part(size_t part) {
    const int first = scope_.key_part(rule_.by[part].text);
    if (first == static_cast<int>(part)) return;
    report_.declared_twice(rule_.by[part], "part of the key", rule_.by[first].span);
  }

  void require_step_key(const Step& step) {
    require_key(context_, step.record_type, step.record.span, scope_, {});
    if (!step.overdue) return;
    note_lifetime(context_, step.record_type, scope_);
  }

  // In the order of the text; -1: unknown.
  std::vector<int> records_used() const {
    std::vector<int> records;
    for (const Step& step : rule_.steps) records.push_back(step.record_type);
    if (rule_.condition) collect_records(*rule_.condition, context_, expressions_, records);
    return records;
  }

  // The type of the field in the first record that the rule uses and that has it, else in the
  // profile, else in any record.
  Type find_key_type(const std::string& name, const std::vector<int>& used) const {
    const bool doubtful = std::find(used.begin(), used.end(), -1) != used.end();
    if (doubtful && context_.policy.damage.any) return {};  // it may have the key of another type
    if (const Type type = type_in(used, name); !is_error(type)) return type;
    if (const int field = find_in(context_.profile, name); field >= 0) {
      return context_.policy.profile.fields[field].type;
    }
    std::vector<int> records;
    for (size_t i = 0; i < context_.policy.records.size(); ++i) {
      const bool declared = context_.policy.records[i].origin == Origin::kDeclared;
      if (declared) records.push_back(static_cast<int>(i));
    }
    return type_in(records, name);
  }

  Type type_in(const std::vector<int>& records, const std::string& name) const {
    for (int record : records) {
      if (record < 0) continue;
      const RecordDecl& type = context_.policy.records[record];
      const int field = find_field(type, name);
      if (field >= 0) return type.fields[field].type;
    }
    return {};
  }

  void report_unknown_key(const Identifier& by) {
    if (context_.policy.damage.may_declare(by.text)) return;
    if (find_builtin(by.text)) {
      report_.add(
          Code::kOutOfPlace, by.span, "a rule cannot be by " + quote(by.text),
          {.help = "group by a declared field, or leave `by` out to group by subject", .fix = {}});
      return;
    }
    std::vector<std::string> names = context_.names_of(context_.profile);
    for (const RecordDecl& record : context_.policy.records) {
      if (find_field(record, by.text) >= 0) return;  // its type is a mistake, which was reported
      for (const FieldDecl& field : record.fields) names.push_back(field.name.text);
    }
    if (find_in(context_.profile, by.text) >= 0) return;  // the same
    report_.add(Code::kUnknownField, by.span,
                "neither a record nor the profile has a field " + quote(by.text),
                nearest(by.text, names, "fields are"));
  }

  // --- on, then, then no

  void check_pattern() {
    hide_aliases();
    for (size_t i = 0; i < rule_.steps.size(); ++i) {
      Step& step = rule_.steps[i];
      if (i > 0 && !step.within) report_unbounded(step);
      bind(step);
      if (step.where) expressions_.check_condition(*step.where, scope_, "`where`");
    }
    if (rule_.absence) check_absence(*rule_.absence);
  }

  void hide_aliases() {
    for (const Step& step : rule_.steps) scope_.hidden.push_back({step.alias.text, Hidden::kLater});
    if (rule_.absence) scope_.hidden.push_back({rule_.absence->step.alias.text, Hidden::kAbsent});
  }

  void report_unbounded(const Step& step) {
    report_.add(Code::kThenWithoutWithin, step.record.span,
                "`then " + step.record.text + "` has no bound: it would wait for ever",
                {.help = "say how long it may take: then " + step.record.text + " " +
                         step.alias.text + " within 30d",
                 .fix = {}});
  }

  void bind(const Step& step) {
    int index = 0;
    if (step.alias.text == "subject") {
      report_.add(Code::kReservedName, step.alias.span, "`subject` cannot be an alias",
                  {.help = "subject.field is the subject's profile", .fix = {}});
    } else if (scope_.find_alias(step.alias.text, &index) != nullptr) {
      report_.declared_twice(step.alias, "alias", rule_.steps[index].alias.span);
    } else if (scope_.key_part(step.alias.text) >= 0) {
      report_.add(Code::kDeclaredTwice, step.alias.span,
                  quote(step.alias.text) + " is the rule's key already",
                  {.help = "choose another alias", .fix = {}});
    }
    scope_.bound.push_back({step.alias.text, step.record_type});
  }

  void check_absence(Absence& absence) {
    if (!absence.step.within && !absence.before) {
      report_.add(Code::kAbsenceWithoutEnd, absence.step.record.span,
                  "`then no " + absence.step.record.text + "` has no end: it would wait for ever",
                  {.help = "say until when: within 30d, or before a.due", .fix = {}});
    }
    if (absence.before) check_deadline(*absence.before);
    bind(absence.step);
    if (absence.step.where) expressions_.check_condition(*absence.step.where, scope_, "`where`");
    scope_.bound.pop_back();
  }

  void check_deadline(Expr& deadline) {
    Footing footing;
    if (!check_instant(deadline, scope_, context_, expressions_, "`before`", footing)) return;
    if (bound_time_of(deadline) >= 0) report_past_deadline(deadline);
    footing_.merge(footing);
    if (!footing.aggregates && !footing.profile) return;
    report_.add(Code::kDeadlineNotFixed, deadline.span,
                "this deadline would move while it is waited for",
                {.help = "use fields of the bound records only", .fix = {}});
  }

  // No bound record is later than the one from which the absence counts.
  void report_past_deadline(const Expr& deadline) {
    report_.add(Code::kWindowNeverFills, deadline.span,
                "nothing can come later than " + quote(rule_.steps.back().alias.text) +
                    " and before " + report_.quote(deadline) + ", so this would warn at once",
                {.help = "say how long to wait: within 30d, or before a date that is still to come",
                 .fix = {}});
  }

  // --- level, once per, for, say

  void check_levels() {
    for (LevelChoice& choice : rule_.levels) {
      choice.index = resolve_level(context_, choice.level);
      if (choice.when) expressions_.check_condition(*choice.when, scope_, "`when`");
    }
  }

  void check_once() {
    if (!rule_.once) return;
    if (rule_.condition) {
      report_.add(Code::kOnceWithoutTrigger, rule_.name.span,
                  "`once per` stands in an `on` rule only",
                  {.help = "a `while` rule gives one warning for as long as its condition is true",
                   .fix = {}});
    }
    if (rule_.once->value) expressions_.check_value(*rule_.once->value, scope_);
  }

  void check_subject() {
    if (!rule_.for_subject) return;
    Expr& subject = *rule_.for_subject;
    expressions_.check_value(subject, scope_);
    if (is_error(subject.type) || is_text(subject.type)) return;
    report_clause_type(context_, "`for`", "the subject as text", subject);
  }

  void check_message(Template& message) {
    for (TemplatePart& part : message.parts) {
      if (part.expression) expressions_.check_value(*part.expression, scope_);
    }
  }

  // --- with, and the warnings as records

  void check_with(size_t index) {
    const Identifier& name = rule_.with[index].name;
    expressions_.check_value(*rule_.with[index].value, scope_);
    const auto same = [&](const WithValue& other) { return other.name.text == name.text; };
    const auto first = std::find_if(rule_.with.begin(), rule_.with.end(), same);
    if (first != rule_.with.begin() + static_cast<ptrdiff_t>(index)) {
      report_.declared_twice(name, "field", first->name.span);
    } else if (find_builtin(name.text) || name.text == "level" || scope_.key_part(name.text) >= 0) {
      report_.add(Code::kReservedName, name.span,
                  "the warnings have a field " + quote(name.text) + " already",
                  {.help = "choose another name; id, subject, time, type, level and the rule's key "
                           "are there without `with`",
                   .fix = {}});
    }
  }

  void note_reads() {
    rule_.reads = footing_.records;
    for (const Step& step : rule_.steps) rule_.reads.insert(step.record_type);
    if (rule_.absence) rule_.reads.insert(rule_.absence->step.record_type);
    rule_.reads.erase(-1);
  }

  // In the order of their names in order_rules().
  void complete_type(RecordDecl& record) const {
    EnumType levels{.values = {}, .ordered = true};
    for (const Identifier& level : context_.policy.levels) levels.values.push_back(level.text);
    auto field = record.fields.begin();
    (field++)->type = {TypeKind::kEnum, std::make_shared<const EnumType>(std::move(levels))};
    for (const Type& type : scope_.key_types) (field++)->type = type;
    for (const WithValue& value : rule_.with) {
      field->type = value.value->type;
      (field++)->optional = !is_never_missing(*value.value, scope_, context_);
    }
    context_.policy.records[record.ends].fields = fields_of_end(record.fields);
  }

  RuleDecl& rule_;
  Context& context_;
  const Report& report_;
  ExpressionChecker& expressions_;
  Scope scope_;
  Footing footing_;
};

}  // namespace

void check_rule(RuleDecl& rule, Context& context, ExpressionChecker& expressions) {
  RuleChecker(rule, context, expressions).run();
}

}  // namespace tocsin::dsl::checking
