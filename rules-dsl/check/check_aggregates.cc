#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/fields.h"
#include "rules-dsl/check/types.h"

namespace tocsin::dsl::checking {
namespace {

const char* name_of(AggregateKind kind) {
  static_assert(std::size(kAggregateNames) == static_cast<size_t>(AggregateKind::kDistinct) + 1);
  return kAggregateNames[static_cast<size_t>(kind)];
}

bool takes(AggregateKind kind, const Type& value) {
  switch (kind) {
    case AggregateKind::kSum:
    case AggregateKind::kAvg:
    case AggregateKind::kStddev:
      return is_number(value);
    case AggregateKind::kMin:
    case AggregateKind::kMax:
      return is_ordered(value);
    default:
      return true;
  }
}

int report_unknown_record(const Context& context, const Identifier& name,
                          const std::vector<std::string>& known) {
  if (context.policy.damage.may_declare(name.text)) return -1;
  context.report.add(Code::kUnknownRecord, name.span, "unknown record type " + quote(name.text),
                     nearest(name.text, known, "declared are"));
  return -1;
}

// Where the record has this part of the key from: its own field first, else the profile.
const Type* type_of_key_part(const Context& context, const RecordDecl& record,
                             const std::string& name) {
  if (const int field = find_field(record, name); field >= 0) return &record.fields[field].type;
  const int field = find_in(context.profile, name);
  return field < 0 ? nullptr : &context.policy.profile.fields[field].type;
}

void require_key_part(const Context& context, int record, Span span, const Scope& scope,
                      size_t part, std::string_view through) {
  const std::string& name = scope.by[part].text;
  const Type& expected = scope.key_types[part];
  if (is_error(expected)) return;
  const RecordDecl& declared = context.policy.records[record];
  const Type* type = type_of_key_part(context, declared, name);
  if (type == nullptr &&
      (context.policy.damage.may_declare(name) || context.policy.damage.may_declare("profile"))) {
    return;
  }
  std::string message = through.empty() ? "" : std::string(through) + " counts on ";
  message += "record " + quote(declared.name.text) + (through.empty() ? " has " : ", which has ");
  if (type == nullptr) {
    context.report.add(
        Code::kKeyLacking, span,
        message + "no field " + quote(name) + ", by which this rule groups",
        {.help = "every record that the rule uses must have that field, or the profile",
         .fix = {}});
  } else if (!is_error(*type) && !is_same(*type, expected)) {
    const bool own = find_field(declared, name) >= 0;
    context.report.add(Code::kTypesDisagree, span,
                       message + quote(name) + " as " + describe(*type) +
                           (own ? "" : " from the profile") +
                           ", but elsewhere in this rule it is " + describe(expected),
                       {.help = "a rule groups by one field of one type", .fix = {}});
  }
}

}  // namespace

int find_record(const Context& context, const std::string& name) {
  const int record = find_in(context.records, name);
  if (record >= 0) return record;
  const int score = find_changing(context, name);
  if (score >= 0) return context.policy.scores[score].record_type;
  const int rule = find_in(context.rules, name);
  return rule < 0 ? -1 : context.policy.rules[rule].record_type;
}

int find_changing(const Context& context, std::string_view name) {
  constexpr std::string_view kSuffix = "_change";
  if (!name.ends_with(kSuffix)) return -1;
  name.remove_suffix(kSuffix.size());
  const int score = find_in(context.scores, std::string(name));
  const bool has_grades = score >= 0 && context.policy.scores[score].grade_type.values != nullptr;
  return has_grades ? score : -1;
}

int resolve_record(const Context& context, const Identifier& name) {
  const int record = find_record(context, name.text);
  if (record >= 0) return record;
  std::vector<std::string> known = context.names_of(context.records);
  const std::vector<std::string> rules = context.names_of(context.rules);
  known.insert(known.end(), rules.begin(), rules.end());
  return report_unknown_record(context, name, known);
}

int resolve_declared(const Context& context, const Identifier& name, std::string_view otherwise) {
  const int record = find_in(context.records, name.text);
  if (record >= 0) return record;
  if (find_in(context.rules, name.text) < 0) {
    return report_unknown_record(context, name, context.names_of(context.records));
  }
  context.report.add(Code::kOutOfPlace, name.span,
                     quote(name.text) + " is a rule: " + std::string(otherwise),
                     {.help = "name a record", .fix = {}});
  return -1;
}

void require_key(const Context& context, int record, Span span, const Scope& scope,
                 std::string_view through) {
  // What holds of a record holds of its end.
  if (record >= 0 && context.policy.records[record].origin == Origin::kEnds) return;
  for (size_t part = 0; part < scope.by.size() && record >= 0; ++part) {
    require_key_part(context, record, span, scope, part, through);
  }
}

Type ExpressionChecker::check_aggregate(Expr& expr, Aggregate& aggregate, const Scope& scope) {
  if (scope.link) {
    report_link_not_fixed(expr.span, "an aggregate");
    return {};
  }
  if (scope.aggregated && !scope.lifetime) {
    report_.add(Code::kNestedAggregate, expr.span,
                "an aggregate cannot stand inside another aggregate",
                {.help = "compare the two outside: count(…) >= 2 and exists(…)", .fix = {}});
    return {};
  }
  aggregate.record_type = resolve_record(context_, {aggregate.record, aggregate.record_span});
  require_key(context_, aggregate.record_type, aggregate.record_span, scope, {});
  check_state(aggregate, scope);
  if (scope.footing != nullptr) {
    scope.footing->aggregates = true;
    if (aggregate.record_type >= 0) scope.footing->records.insert(aggregate.record_type);
  }
  if (aggregate.across) check_across(*aggregate.across, scope);
  Scope inside = scope;
  inside.aggregated = aggregate.record_type;
  inside.lifetime = false;
  if (aggregate.value) check(*aggregate.value, inside);
  if (aggregate.where) {
    check(*aggregate.where, inside);
    require_bool(*aggregate.where, "`where`");
  }
  return type_of_aggregate(aggregate);
}

void ExpressionChecker::check_state(const Aggregate& aggregate, const Scope& scope) {
  if (aggregate.state == RecordState::kAny || aggregate.record_type < 0) return;
  if (aggregate.state == RecordState::kOverdue) {
    require_deadline(context_, aggregate.record_type, aggregate.record_span);
  }
  note_lifetime(context_, aggregate.record_type, scope);
  if (scope.footing != nullptr) scope.footing->lived.insert(aggregate.record_type);
}

Type ExpressionChecker::type_of_aggregate(const Aggregate& aggregate) {
  if (aggregate.kind == AggregateKind::kCount) return {TypeKind::kInt, nullptr};
  if (aggregate.kind == AggregateKind::kExists) return {TypeKind::kBool, nullptr};
  const Type& value = aggregate.value->type;
  if (is_error(value)) return {};
  if (!takes(aggregate.kind, value)) {
    const bool needs_order =
        aggregate.kind == AggregateKind::kMin || aggregate.kind == AggregateKind::kMax;
    report_.add(Code::kAggregateValue, aggregate.value->span,
                quote(name_of(aggregate.kind)) + " needs " +
                    (needs_order ? "values with an order" : "numbers") + ", but " +
                    report_.quote(*aggregate.value) + " is " + describe(value),
                {.help = "distinct, first and last take any value", .fix = {}});
    return {};
  }
  switch (aggregate.kind) {
    case AggregateKind::kDistinct:
      return {TypeKind::kInt, nullptr};
    case AggregateKind::kStddev:
      return {TypeKind::kFloat, nullptr};
    case AggregateKind::kAvg:
      return value.kind == TypeKind::kInt ? Type{TypeKind::kDecimal, nullptr} : value;
    default:
      return value;
  }
}

}  // namespace tocsin::dsl::checking
