// link, and across that counts along it.
#include "rules-dsl/check/declarations.h"
#include "rules-dsl/check/fields.h"
#include "rules-dsl/check/types.h"

namespace tocsin::dsl::checking {
namespace {

Binding binding_of_end(const RecordDecl& record, const std::string& name) {
  const int field = find_field(record, name);
  if (field >= 0) return {BindingKind::kField, kAggregatedRecord, field};
  const std::optional<Builtin> builtin = find_builtin(name);
  if (!builtin) return {};
  return {BindingKind::kBuiltin, kAggregatedRecord, static_cast<int>(*builtin)};
}

void check_end(const Context& context, const RecordDecl& record, LinkEnd& end) {
  end.binding = binding_of_end(record, end.name.text);
  if (end.binding.kind == BindingKind::kNone) {
    if (context.policy.damage.may_declare(end.name.text)) return;
    context.report.add(
        Code::kUnknownField, end.name.span,
        "record " + quote(record.name.text) + " has no field " + quote(end.name.text),
        nearest(end.name.text, field_names(record), "its fields are"));
    return;
  }
  const bool is_field = end.binding.kind == BindingKind::kField;
  const Type type = is_field ? record.fields[end.binding.index].type
                             : builtin_type(static_cast<Builtin>(end.binding.index));
  if (is_text(type) || is_error(type)) return;
  context.report.add(Code::kLinkEnd, end.name.span,
                     "a link joins names, but " + quote(end.name.text) + " is " + describe(type),
                     {.help = "an end is `subject` or a field of text", .fix = {}});
}

void check_edge(const Context& context, LinkEdge& edge, ExpressionChecker& expressions) {
  edge.record_type =
      resolve_declared(context, edge.record, "a link joins names that records from outside bring");
  if (edge.record_type >= 0) {
    const RecordDecl& record = context.policy.records[edge.record_type];
    for (LinkEnd& end : edge.ends) check_end(context, record, end);
    if (edge.ends[0].name.text == edge.ends[1].name.text) {
      context.report.add(Code::kLinkEnd, edge.ends[1].name.span,
                         "both ends are " + quote(edge.ends[1].name.text) + ": this joins nobody",
                         {.help = "write subject -- controller", .fix = {}});
    }
  }
  if (!edge.where) return;
  Scope scope;
  scope.aggregated = edge.record_type;
  scope.link = true;
  expressions.check_condition(*edge.where, scope, "`where`");
}

}  // namespace

void check_links(Context& context, ExpressionChecker& expressions) {
  for (LinkDecl& link : context.policy.links) {
    for (LinkEdge& edge : link.edges) check_edge(context, edge, expressions);
  }
}

void ExpressionChecker::check_across(Across& across, const Scope& scope) {
  if (scope.footing != nullptr) scope.footing->across = true;
  if (!scope.by.empty())
    report_across_key(across.link_span, "`across` starts from a subject", scope);
  across.link_index = find_in(context_.links, across.link);
  if (across.link_index >= 0 || context_.policy.damage.may_declare(across.link)) return;
  Hint hint = nearest(across.link, context_.names_of(context_.links), "declared are");
  if (context_.links.empty()) {
    hint.help = "declare it: link " + across.link + " { registration: subject -- controller }";
  }
  report_.add(Code::kUnknownLink, across.link_span, "unknown link " + quote(across.link),
              std::move(hint));
}

void ExpressionChecker::report_across_key(Span span, const std::string& what,
                                          const Scope& scope) const {
  report_.add(
      Code::kAcrossKey, span, what + ", but this rule is by " + quote_key(scope.by),
      {.help = "count in a rule by subject, and group its warnings by " + quote_key(scope.by),
       .fix = {}});
}

void ExpressionChecker::report_link_not_fixed(Span span, std::string_view what) const {
  report_.add(Code::kLinkNotFixed, span,
              std::string(what) + " cannot decide whether a link exists: it changes with time",
              {.help = "a link looks at its own record alone", .fix = {}});
}

}  // namespace tocsin::dsl::checking
