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

// `name` is what `own` or, for scores, its grade changes are called.
void check_no_clash(const Context& context, const Identifier& own, const NameIndex& index,
                    std::string_view what, const std::string& name) {
  if (find_in(index, name) < 0) return;
  context.report.add(Code::kDeclaredTwice, own.span,
                     "a " + std::string(what) + " is named " + quote(name) +
                         (name == own.text ? ", too" : ", as this score's grade changes are"),
                     {.help = "rename one of the two", .fix = {}});
}

// A score is named in conditions, and its grade changes are records of the type NAME_change.
void check_score_names(const Context& context) {
  const auto clash = [&](const Identifier& score, const NameIndex& index, std::string_view what,
                         const std::string& name) {
    check_no_clash(context, score, index, what, name);
  };
  for (const ScoreDecl& score : context.policy.scores) {
    const Identifier& name = score.name;
    check_type_name(context, name, "score");
    if (find_builtin(name.text)) {
      context.report.add(Code::kReservedName, name.span,
                         quote(name.text) + " cannot be the name of a score",
                         {.help = "id, subject, time and type belong to every record", .fix = {}});
    }
    clash(name, context.lets, "let", name.text);
    for (const std::string& type : {name.text, name.text + "_change"}) {
      clash(name, context.records, "record", type);
      clash(name, context.rules, "rule", type);
      clash(name, context.samples, "sample", type);
    }
  }
}

void check_sample_names(const Context& context) {
  for (const SampleDecl& sample : context.policy.samples) {
    check_type_name(context, sample.name, "sample");
    check_no_clash(context, sample.name, context.records, "record", sample.name.text);
    check_no_clash(context, sample.name, context.rules, "rule", sample.name.text);
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
  index_all(policy.links, own_name, "link", context.report, context.links);
  index_all(policy.tables, own_name, "table", context.report, context.tables);
  index_all(policy.lets, own_name, "let", context.report, context.lets);
  index_all(policy.rules, own_name, "rule", context.report, context.rules);
  index_all(policy.scores, own_name, "score", context.report, context.scores);
  index_all(policy.samples, own_name, "sample", context.report, context.samples);
  for (const RecordDecl& record : policy.records) check_type_name(context, record.name, "record");
  check_rule_names(context);
  check_let_names(context);
  check_score_names(context);
  check_sample_names(context);
}

}  // namespace tocsin::dsl::checking
