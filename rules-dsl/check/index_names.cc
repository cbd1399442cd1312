#include "rules-dsl/check/declarations.h"
#include "rules-dsl/check/fields.h"

namespace tocsin::dsl::checking {
namespace {

// The first declaration of a name counts; later ones are reported.
template <typename Declarations, typename NameOf>
void index_all(const Declarations& declarations, NameOf name_of, std::string_view what,
               const Report& report, NameIndex& index) {
  for (size_t i = 0; i < declarations.size(); ++i) {
    const Identifier& name = name_of(declarations[i]);
    const auto [first, is_new] = index.emplace(name.text, static_cast<int>(i));
    if (!is_new) report.declared_twice(name, what, name_of(declarations[first->second]).span);
  }
}

// Warnings are records of their rule's name, so rules and records share their names.
void check_type_name(const Context& context, const Identifier& name, std::string_view what) {
  if (name.text != "retract") return;
  context.report.add(
      Code::kReservedName, name.span,
      quote(name.text) + " cannot be the name of a " + std::string(what),
      {.help = "records of that type are built in: they take back other records", .fix = {}});
}

void check_rule_names(const Context& context) {
  for (const RuleDecl& rule : context.policy.rules) {
    check_type_name(context, rule.name, "rule");
    const int record = find_in(context.records, rule.name.text);
    if (record < 0) continue;
    context.report.add(
        Code::kDeclaredTwice, rule.name.span,
        "a record and a rule are both named " + quote(rule.name.text),
        {.help = "the warnings of a rule are records of its name; rename one of the two",
         .fix = {}});
  }
}

void check_let_names(Context& context) {
  for (size_t i = 0; i < context.policy.lets.size(); ++i) {
    const LetDecl& let = context.policy.lets[i];
    if (!find_builtin(let.name.text)) continue;
    context.let_states[i].used = true;  // nothing can name it, which goes without saying
    context.report.add(Code::kReservedName, let.name.span,
                       quote(let.name.text) + " cannot be the name of a let",
                       {.help = "id, subject, time and type belong to every record", .fix = {}});
  }
}

}  // namespace

void index_names(Context& context) {
  const Policy& policy = context.policy;
  const auto own_name = [](const auto& declaration) -> const Identifier& {
    return declaration.name;
  };
  const auto itself = [](const Identifier& name) -> const Identifier& { return name; };
  index_all(policy.levels, itself, "level", context.report, context.levels);
  index_all(policy.records, own_name, "record", context.report, context.records);
  index_all(policy.lets, own_name, "let", context.report, context.lets);
  index_all(policy.rules, own_name, "rule", context.report, context.rules);
  for (const RecordDecl& record : policy.records) check_type_name(context, record.name, "record");
  check_rule_names(context);
  check_let_names(context);
}

}  // namespace tocsin::dsl::checking
