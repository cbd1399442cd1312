#include <algorithm>
#include <set>

#include "rules-dsl/check/declarations.h"
#include "rules-dsl/check/fields.h"
#include "rules-dsl/check/types.h"
#include "rules-dsl/value/pattern.h"

namespace tocsin::dsl::checking {
namespace {

void check_format(const Context& context, Span span, const std::string& format) {
  if (format.empty() || valid_pattern(format)) return;
  const bool has_directive = format.find('%') != std::string::npos;
  context.report.add(
      Code::kBadFormat, span, "the format \"" + format + "\" cannot read a time",
      {.help = has_directive
                   ? "it needs a year, a month and a day, each once, of: %Y %y %m %b %B %d %j "
                     "%H %I %p %M %S %z"
                   : "parts of a time are written with %: \"%Y-%m-%d %H:%M\"",
       .fix = {}});
}

void check_enum(const Context& context, const FieldDecl& field) {
  if (!is_enum(field.type)) return;
  std::set<std::string> seen;
  for (const std::string& value : field.type.values->values) {
    if (seen.insert(value).second) continue;
    context.report.add(
        Code::kDeclaredTwice, field.name.span,
        "the value " + quote(value) + " of " + quote(field.name.text) + " is listed twice",
        {.help = "leave one of them out", .fix = {}});
  }
}

// Where a record's column is read besides: "id", "subject", …; empty when it is not.
std::string other_use_of(const RecordDecl& record, const FieldDecl& field) {
  const auto is_column = [&](const std::string& column) { return column == field.from; };
  if (std::any_of(record.id_from.begin(), record.id_from.end(), is_column)) return "id";
  if (is_column(record.subject_from)) return "subject";
  if (is_column(record.time_from)) return "time";
  for (const char* builtin : {"type", "version", "moved_from"}) {
    if (is_column(builtin)) return builtin;
  }
  for (const FieldDecl& other : record.fields) {
    if (is_column(other.from) && !other.type.is_private) return other.name.text;
  }
  return {};
}

void check_private(const Context& context, const RecordDecl& record, const FieldDecl& field) {
  if (!field.type.is_private || is_error(field.type)) return;
  if (field.type.kind != TypeKind::kText) {
    context.report.add(
        Code::kPrivateType, field.name.span,
        quote(field.name.text) + " is " + describe(field.type) + " and cannot be private",
        {.help = "a pseudonym takes the value's place, and that is a text: write " +
                 field.name.text + " text private",
         .fix = {}});
    return;
  }
  const std::string use = other_use_of(record, field);
  if (use.empty()) return;
  context.report.add(
      Code::kPrivateColumn, field.name.span,
      "the column \"" + field.from + "\" of the private field " + quote(field.name.text) +
          " is the record's " + quote(use) + ", too, where it would be kept and shown",
      {.help = "what identifies a person is private in all its places, or in none", .fix = {}});
}

void check_field(const Context& context, const FieldDecl& field) {
  check_enum(context, field);
  if (!field.format.empty() && !is_time_or_date(field.type) && !is_error(field.type)) {
    context.report.add(
        Code::kBadFormat, field.name.span,
        quote(field.name.text) + " is " + describe(field.type) + " and takes no `format`",
        {.help = "a format says how a time or a date is written", .fix = {}});
  } else {
    check_format(context, field.name.span, field.format);
  }
}

// Adds `name from record` to the profile's fields, or reports why it cannot be.
void add_profile_source(Context& context, const Identifier& name, const Identifier& from,
                        int record) {
  Profile& profile = context.policy.profile;
  const auto [position, is_new] =
      context.profile.emplace(name.text, static_cast<int>(profile.fields.size()));
  if (is_new) profile.fields.push_back({.name = name, .sources = {}, .type = {}});
  ProfileField& field = profile.fields[position->second];
  for (const ProfileSource& source : field.sources) {
    if (source.record.text != from.text) continue;
    context.report.add(
        Code::kDeclaredTwice, name.span,
        "the profile takes " + quote(name.text) + " from " + quote(from.text) + " twice",
        {.help = "leave one of them out", .fix = {}});
    return;
  }
  ProfileSource source{.record = from, .record_type = record, .field = -1};
  if (record >= 0) source.field = find_field(context.policy.records[record], name.text);
  field.sources.push_back(source);
  if (record < 0) return;

  const RecordDecl& declared = context.policy.records[record];
  if (source.field < 0 && context.policy.damage.may_declare(name.text)) return;
  if (source.field < 0) {
    context.report.add(Code::kUnknownField, name.span,
                       "record " + quote(from.text) + " has no field " + quote(name.text),
                       nearest(name.text, field_names(declared), "its fields are"));
    return;
  }
  const Type& type = declared.fields[source.field].type;
  if (is_error(field.type)) {
    field.type = type;
  } else if (!is_same(field.type, type)) {
    context.report.add(
        Code::kTypesDisagree, name.span,
        quote(name.text) + " is " + describe(type) + " in " + quote(from.text) + ", but " +
            describe(field.type) + " in " + quote(field.sources.front().record.text),
        {.help = "a field of the profile has one type, wherever it comes from", .fix = {}});
  }
}

}  // namespace

void check_zone(Context& context) {
  const Policy& policy = context.policy;
  context.calendar = Calendar::open(policy.timezone);
  if (context.calendar != nullptr) return;
  context.calendar = Calendar::open("UTC");
  if (policy.damage.may_declare(policy.timezone)) return;
  context.report.add(
      Code::kUnknownZone, policy.timezone_span, "unknown time zone \"" + policy.timezone + "\"",
      {.help = "use a name of the IANA list: \"Asia/Shanghai\", \"America/Toronto\", \"UTC\"",
       .fix = {}});
}

void check_fields(const Context& context, const std::vector<FieldDecl>& fields,
                  std::string_view what) {
  std::vector<const FieldDecl*> seen;
  for (const FieldDecl& field : fields) {
    for (const FieldDecl* before : seen) {
      if (before->name.text != field.name.text) continue;
      context.report.declared_twice(field.name, what, before->name.span);
      break;
    }
    seen.push_back(&field);
    check_field(context, field);
  }
}

void check_constant_time(const Context& context, const RecordDecl& record) {
  if (record.time_always.empty() || context.calendar->parse_time(record.time_always)) return;
  context.report.add(
      Code::kBadFormat, record.name.span,
      "the time of every " + quote(record.name.text) + " cannot be \"" + record.time_always + "\"",
      {.help = "write a day or a time: time always \"2020-01-01\"", .fix = {}});
}

void check_records(const Context& context) {
  for (const RecordDecl& record : context.policy.records) {
    if (record.origin != Origin::kDeclared) continue;
    check_fields(context, record.fields, "field");
    for (const FieldDecl& field : record.fields) check_private(context, record, field);
    check_format(context, record.name.span, record.time_format);
    check_constant_time(context, record);
  }
}

void check_profile(Context& context) {
  for (const ProfileClause& clause : context.policy.profile.clauses) {
    const int record =
        resolve_declared(context, clause.record, "the profile is read from records alone");
    for (const Identifier& name : clause.fields) {
      add_profile_source(context, name, clause.record, record);
    }
  }
}

void report_unused_lets(const Context& context) {
  if (context.policy.damage.any) return;  // what was left out may have used them
  for (size_t i = 0; i < context.let_states.size(); ++i) {
    const Identifier& name = context.policy.lets[i].name;
    const bool is_first = find_in(context.lets, name.text) == static_cast<int>(i);
    if (context.let_states[i].used || !is_first) continue;
    context.report.add(Code::kUnusedLet, name.span, "let " + quote(name.text) + " is never used",
                       {.help = "name it in a rule, or delete it", .fix = {}});
  }
}

int resolve_level(const Context& context, const Identifier& name) {
  const int level = find_in(context.levels, name.text);
  if (level >= 0 || context.policy.damage.may_declare(name.text)) return level;
  std::vector<std::string> names;
  for (const Identifier& known : context.policy.levels) names.push_back(known.text);
  context.report.add(Code::kUnknownLevel, name.span, "unknown level " + quote(name.text),
                     nearest(name.text, names, "the levels are"));
  return -1;
}

}  // namespace tocsin::dsl::checking
