#include <algorithm>

#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/fields.h"
#include "rules-dsl/check/types.h"

namespace tocsin::dsl::checking {
namespace {

struct PartEntry {
  const char* name;
  Part part;
  TypeKind of;
};
constexpr PartEntry kParts[] = {{"province", Part::kProvince, TypeKind::kRegion},
                                {"city", Part::kCity, TypeKind::kRegion},
                                {"section", Part::kSection, TypeKind::kIndustry},
                                {"division", Part::kDivision, TypeKind::kIndustry},
                                {"suspect", Part::kSuspect, TypeKind::kUscc}};

Binding binding_of(BindingKind kind, int scope, int index) {
  return {.kind = kind, .scope = scope, .index = index};
}

// The field or the built-in that `name` is in `record`; kNone when it is neither.
Binding bind_field(const RecordDecl& record, const std::string& name, int scope) {
  const int field = find_field(record, name);
  if (field >= 0) return binding_of(BindingKind::kField, scope, field);
  const std::optional<Builtin> builtin = find_builtin(name);
  if (!builtin) return {};
  return binding_of(BindingKind::kBuiltin, scope, static_cast<int>(*builtin));
}

Type type_of_field(const RecordDecl& record, const Binding& binding) {
  if (binding.kind == BindingKind::kField) return record.fields[binding.index].type;
  return builtin_type(static_cast<Builtin>(binding.index));
}

const RecordDecl* aggregated_record(const Context& context, const Scope& scope) {
  if (!scope.aggregated || *scope.aggregated < 0) return nullptr;
  return &context.policy.records[*scope.aggregated];
}

// A name in a record whose type is unknown may be anything.
bool may_be_anything(const Scope& scope) { return scope.aggregated && *scope.aggregated < 0; }

// Which part of the rule's key the name is; -1: none.
int key_part_named(const std::string& name, const Scope& scope) {
  if (scope.by.empty()) return name == "subject" ? 0 : -1;
  return scope.aggregated ? -1 : scope.key_part(name);
}

const HiddenAlias* find_hidden(const std::string& name, const Scope& scope) {
  const auto found = std::find_if(scope.hidden.begin(), scope.hidden.end(),
                                  [&](const HiddenAlias& alias) { return alias.alias == name; });
  return found == scope.hidden.end() ? nullptr : &*found;
}

std::string why_hidden(const HiddenAlias& alias) {
  if (alias.reason == Hidden::kLater)
    return quote(alias.alias) + " comes later than this condition";
  return quote(alias.alias) + " is the record that does not come: it has no values here";
}

std::vector<std::string> known_names(const Context& context, const Scope& scope) {
  std::vector<std::string> names;
  if (const RecordDecl* record = aggregated_record(context, scope)) names = field_names(*record);
  for (const BoundRecord& bound : scope.bound) names.push_back(bound.alias);
  for (const auto& [name, index] : context.lets) names.push_back(name);
  for (const auto& [name, index] : context.scores) names.push_back(name);
  for (const Identifier& part : scope.by) names.push_back(part.text);
  if (scope.by.empty() && !scope.aggregated) names.emplace_back("subject");
  std::sort(names.begin(), names.end());
  return names;
}

// An enum that has `value`: "record.field", or empty.
std::string enum_with(const Context& context, const std::string& value) {
  for (const RecordDecl& record : context.policy.records) {
    for (const FieldDecl& field : record.fields) {
      if (find_value(field.type, value) >= 0) return record.name.text + "." + field.name.text;
    }
  }
  return {};
}

// Where a field is that cannot be named bare: how to write it.
Hint how_to_reach_field(const Context& context, const std::string& name, const Scope& scope) {
  for (const BoundRecord& bound : scope.bound) {
    if (bound.record < 0) continue;
    if (bind_field(context.policy.records[bound.record], name, 0).kind == BindingKind::kNone)
      continue;
    const std::string full = bound.alias + "." + name;
    return {.help = "a field of a bound record is reached through its alias: " + full, .fix = full};
  }
  const bool is_on_rule = scope.rule != nullptr && scope.rule->condition == nullptr;
  if (scope.aggregated || is_on_rule) return {};
  for (const RecordDecl& record : context.policy.records) {
    if (find_field(record, name) < 0) continue;
    return {.help = quote(name) + " is a field of the record " + quote(record.name.text) +
                    "; its latest value is last(" + name + " of " + record.name.text + ")",
            .fix = {}};
  }
  return {};
}

}  // namespace

bool ExpressionChecker::is_known(const std::string& name, const Scope& scope) const {
  const RecordDecl* record = aggregated_record(context_, scope);
  if (record != nullptr && bind_field(*record, name, 0).kind != BindingKind::kNone) return true;
  return key_part_named(name, scope) >= 0 || find_in(context_.lets, name) >= 0 ||
         find_in(context_.scores, name) >= 0;
}

Type ExpressionChecker::check_name(Expr& expr, Name& name, const Scope& scope) {
  if (const RecordDecl* record = aggregated_record(context_, scope)) {
    name.binding = bind_field(*record, name.name, kAggregatedRecord);
    if (name.binding.kind != BindingKind::kNone) {
      return type_of_bound(*record, name.binding, expr.span);
    }
  }
  if (may_be_anything(scope)) return {};
  if (const int part = scope.key_part(name.name); part >= 0 && scope.aggregated) {
    return check_key_of_aggregated(name, part, scope);
  }
  if (const int part = key_part_named(name.name, scope); part >= 0) {
    name.binding = binding_of(BindingKind::kKey, kAggregatedRecord, part);
    if (!scope.by.empty()) return scope.key_types[static_cast<size_t>(part)];
    if (scope.footing != nullptr) scope.footing->key_subject = true;
    return {TypeKind::kText, nullptr};
  }
  if (const int let = find_in(context_.lets, name.name); let >= 0) {
    name.binding = binding_of(BindingKind::kLet, kAggregatedRecord, let);
    return use_let(let, expr.span, scope);
  }
  if (const int score = find_in(context_.scores, name.name); score >= 0) {
    name.binding = binding_of(BindingKind::kScore, kAggregatedRecord, score);
    return use_score(score, expr.span, scope);
  }
  report_unknown_name(expr.span, name.name, scope);
  return {};
}

// A part of the key that the record has in the profile alone is the key's value there, too.
Type ExpressionChecker::check_key_of_aggregated(Name& name, int part, const Scope& scope) {
  const Type& type = scope.key_types[static_cast<size_t>(part)];
  if (find_in(context_.profile, name.name) < 0) return {};  // R0405 said so
  name.binding = binding_of(BindingKind::kKey, kAggregatedRecord, part);
  return type;
}

Type ExpressionChecker::type_of_bound(const RecordDecl& record, const Binding& binding, Span span) {
  const bool suspect = binding.kind == BindingKind::kBuiltin &&
                       static_cast<Builtin>(binding.index) == Builtin::kSubjectSuspect;
  if (suspect && context_.policy.subject == SubjectKind::kAny &&
      !context_.policy.damage.may_declare("subject")) {
    report_.add(Code::kNoSubjectCheck, span,
                "`subject_suspect` is known where the policy says what subjects are",
                {.help = "write in the policy: subject uscc", .fix = {}});
    return {};
  }
  return type_of_field(record, binding);
}

void ExpressionChecker::report_unknown_name(Span span, const std::string& name,
                                            const Scope& scope) {
  if (context_.policy.damage.may_declare(name)) return;
  int index = 0;
  if (scope.find_alias(name, &index) != nullptr) {
    report_.add(Code::kOutOfPlace, span, quote(name) + " is a whole record, not a value",
                {.help = "name one of its fields: " + name + ".id, for example", .fix = {}});
    return;
  }
  if (const HiddenAlias* hidden = find_hidden(name, scope)) {
    report_.add(Code::kOutOfPlace, span, why_hidden(*hidden));
    return;
  }
  if (name == "subject" && !scope.by.empty()) {
    report_.add(Code::kOutOfPlace, span,
                "this rule is by " + quote_key(scope.by) + ", so it has no single subject",
                {.help = "name the subject of a bound record, or group by subject", .fix = {}});
    return;
  }
  if (Hint hint = how_to_reach_field(context_, name, scope); !hint.help.empty()) {
    report_.add(Code::kOutOfPlace, span, "the field " + quote(name) + " belongs to no record here",
                std::move(hint));
    return;
  }
  if (const std::string owner = enum_with(context_, name); !owner.empty()) {
    report_.add(Code::kOutOfPlace, span,
                quote(name) + " is a value of " + quote(owner) + " and stands alone here",
                {.help = "compare it with a field of that type", .fix = {}});
    return;
  }
  Hint hint = nearest(name, known_names(context_, scope), "known here");
  // A let that was merely misspelt is not unused as well.
  if (const int let = find_in(context_.lets, hint.fix); let >= 0)
    context_.let_states[let].used = true;
  report_.add(Code::kUnknownName, span, "unknown name " + quote(name), std::move(hint));
}

Type ExpressionChecker::check_member(Member& member, const Scope& scope) {
  const Name* object = std::get_if<Name>(&member.object->node);
  if (object == nullptr) return check_part(member, scope);
  int index = 0;
  if (const BoundRecord* bound = scope.find_alias(object->name, &index)) {
    return check_bound_field(member, *bound, index);
  }
  if (object->name == "subject") return check_profile_field(member, member.object->span, scope);
  const RecordDecl* record = aggregated_record(context_, scope);
  const bool is_field =
      record != nullptr && bind_field(*record, object->name, 0).kind != BindingKind::kNone;
  if (const int score = find_in(context_.scores, object->name); score >= 0 && !is_field) {
    return check_grade(member, score, scope);
  }
  if (may_be_anything(scope) || is_known(object->name, scope)) return check_part(member, scope);
  report_unknown_object(*member.object, object->name, scope);
  return {};
}

Type ExpressionChecker::check_bound_field(Member& member, const BoundRecord& bound, int index) {
  if (bound.record < 0) return {};
  const RecordDecl& record = context_.policy.records[bound.record];
  member.binding = bind_field(record, member.member, index);
  if (member.binding.kind != BindingKind::kNone) {
    return type_of_bound(record, member.binding, member.member_span);
  }
  if (context_.policy.damage.may_declare(member.member)) return {};
  report_.add(Code::kUnknownField, member.member_span,
              "record " + quote(record.name.text) + " has no field " + quote(member.member),
              nearest(member.member, field_names(record), "its fields are"));
  return {};
}

Type ExpressionChecker::check_profile_field(Member& member, Span span, const Scope& scope) {
  if (scope.link) {
    report_link_not_fixed(span, "the profile");
    return {};
  }
  if (scope.footing != nullptr) scope.footing->profile = true;
  const int field = find_in(context_.profile, member.member);
  if (!scope.by.empty()) {
    report_.add(
        Code::kOutOfPlace, span,
        "this rule is by " + quote_key(scope.by) +
            ", so it has no single subject whose profile it could ask",
        {.help = "group by subject; a field of the profile can be the rule's key", .fix = {}});
    return {};
  }
  // Of a damaged profile nothing is left, so each of its fields may be missing here.
  const Damage& damage = context_.policy.damage;
  if (field < 0 && (damage.may_declare(member.member) || damage.may_declare("profile"))) return {};
  if (field < 0) {
    const bool none = context_.policy.profile.fields.empty();
    Hint hint = nearest(member.member, context_.names_of(context_.profile), "its fields are");
    if (none)
      hint.help = "declare where it comes from: profile { " + member.member + " from RECORD }";
    report_.add(Code::kUnknownField, member.member_span,
                "the profile has no field " + quote(member.member), std::move(hint));
    return {};
  }
  member.binding = binding_of(BindingKind::kProfile, kAggregatedRecord, field);
  return context_.policy.profile.fields[field].type;
}

// .province .city .section .division of a value.
Type ExpressionChecker::check_part(Member& member, const Scope& scope) {
  check(*member.object, scope);
  const Type& type = member.object->type;
  if (is_error(type)) return {};
  std::vector<std::string> parts;
  for (const PartEntry& entry : kParts) {
    if (entry.of != type.kind) continue;
    parts.emplace_back(entry.name);
    if (member.member != entry.name) continue;
    member.binding =
        binding_of(BindingKind::kPart, kAggregatedRecord, static_cast<int>(entry.part));
    return {entry.part == Part::kSuspect ? TypeKind::kBool : TypeKind::kText, nullptr};
  }
  report_.add(Code::kUnknownPart, member.member_span,
              report_.quote(*member.object) + " is " + describe(type) + " and has no part " +
                  quote(member.member),
              parts.empty() ? Hint{"only region, industry and credit codes have parts", {}}
                            : nearest(member.member, parts, "its parts are"));
  return {};
}

void ExpressionChecker::report_unknown_object(const Expr& object, const std::string& name,
                                              const Scope& scope) {
  if (context_.policy.damage.may_declare(name)) return;
  if (const HiddenAlias* hidden = find_hidden(name, scope)) {
    report_.add(Code::kOutOfPlace, object.span, why_hidden(*hidden));
    return;
  }
  if (find_in(context_.records, name) >= 0) {
    report_.add(Code::kOutOfPlace, object.span, quote(name) + " is a record type, not one record",
                {.help = "give the record an alias (on " + name +
                         " x) and write x.field, or use an aggregate: last(field of " + name + ")",
                 .fix = {}});
    return;
  }
  report_unknown_name(object.span, name, scope);
}

}  // namespace tocsin::dsl::checking
