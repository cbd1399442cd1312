// Which rules read the warnings of which others: the types of warnings as records, cycles, and the
// order in which rules are checked and evaluated.
#include <algorithm>

#include "rules-dsl/check/children.h"
#include "rules-dsl/check/declarations.h"
#include "rules-dsl/check/fields.h"
#include "rules-dsl/limits.h"

namespace tocsin::dsl::checking {
namespace {

// The fields of a rule's warnings as records; their types are known once the rule is checked.
std::vector<Identifier> warning_fields(const RuleDecl& rule) {
  std::vector<Identifier> names = {{"level", rule.name.span}};
  names.insert(names.end(), rule.by.begin(), rule.by.end());
  for (const WithValue& value : rule.with) names.push_back(value.name);
  return names;
}

bool names_field(const std::vector<Identifier>& fields, const std::string& name) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const Identifier& field) { return field.text == name; });
}

// Calls back for each expression of a rule.
template <typename Visit>
void for_each_expression(const RuleDecl& rule, Visit&& visit) {
  const auto may_visit = [&](const ExprPtr& expr) {
    if (expr) visit(*expr);
  };
  may_visit(rule.condition);
  for (const Step& step : rule.steps) may_visit(step.where);
  if (rule.absence) may_visit(rule.absence->before);
  if (rule.absence) may_visit(rule.absence->step.where);
  if (rule.once) may_visit(rule.once->value);
  for (const LevelChoice& choice : rule.levels) may_visit(choice.when);
  may_visit(rule.for_subject);
  for (const WithValue& value : rule.with) may_visit(value.value);
  if (!rule.say) return;
  for (const TemplatePart& part : rule.say->parts) may_visit(part.expression);
}

class RuleOrder {
 public:
  explicit RuleOrder(Context& context)
      : context_(context),
        policy_(context.policy),
        rules_(policy_.rules.size()),
        lets_(policy_.lets.size()) {}

  void run() {
    for (size_t rule = 0; rule < rules_.size(); ++rule) {
      if (rules_[rule].progress == Node::Progress::kNew) visit(static_cast<int>(rule));
    }
    for (size_t let = 0; let < lets_.size(); ++let) reads_of_let(static_cast<int>(let));
    for (RuleDecl& rule : policy_.rules) {
      if (rule.record_type == kWanted) add_type(rule);
    }
  }

 private:
  static constexpr int kWanted = -2;

  struct Node {
    enum class Progress : uint8_t { kNew, kOnPath, kDone } progress = Progress::kNew;
    size_t layer = 0;  // so many rules in a row below it
  };
  struct LetReads {
    bool known = false;
    std::set<int> rules;
  };

  void visit(int rule) {
    Node& node = rules_[rule];
    node.progress = Node::Progress::kOnPath;
    path_.push_back(rule);
    for (int read : reads_of(policy_.rules[rule])) {
      policy_.rules[read].record_type = kWanted;
      if (rules_[read].progress == Node::Progress::kOnPath) {
        report_cycle(read);
        continue;
      }
      // The path is as deep as the recursion, and longer ones are refused anyway.
      if (rules_[read].progress == Node::Progress::kNew && path_.size() <= limits::kLayersMax) {
        visit(read);
      }
      const bool cut = rules_[read].progress == Node::Progress::kNew;
      node.layer = std::max(node.layer, cut ? limits::kLayersMax + 1 : rules_[read].layer + 1);
    }
    if (node.layer > limits::kLayersMax) report_too_deep(rule);
    path_.pop_back();
    node.progress = Node::Progress::kDone;
    policy_.rule_order.push_back(rule);
  }

  void report_cycle(int rule) {
    std::vector<std::string> chain;
    for (auto at = std::find(path_.begin(), path_.end(), rule); at != path_.end(); ++at) {
      chain.push_back(policy_.rules[*at].name.text);
    }
    chain.push_back(policy_.rules[rule].name.text);
    context_.report.add(
        Code::kRuleCycle, policy_.rules[rule].name.span,
        "rule " + quote(chain.front()) + " rests on its own warnings: " + join(chain, " -> "),
        {.help = "a rule may only read the warnings of rules that do not read its own", .fix = {}});
  }

  void report_too_deep(int rule) {
    if (!depth_reported_) {
      context_.report.add(Code::kTooDeep, policy_.rules[rule].name.span,
                          "rule " + quote(policy_.rules[rule].name.text) + " rests on more than " +
                              std::to_string(limits::kLayersMax) +
                              " rules that read each other's warnings",
                          {.help = "shorten the chain of rules", .fix = {}});
    }
    depth_reported_ = true;
    rules_[rule].layer = 0;
  }

  std::set<int> reads_of(const RuleDecl& rule) {
    std::set<int> reads;
    for (const Step& step : rule.steps) add_read(step.record.text, reads);
    if (rule.absence) add_read(rule.absence->step.record.text, reads);
    for_each_expression(rule, [&](const Expr& expr) { collect(expr, &rule, nullptr, reads); });
    return reads;
  }

  void add_read(const std::string& record, std::set<int>& reads) const {
    if (find_in(context_.records, record) >= 0) return;
    if (const int rule = find_in(context_.rules, record); rule >= 0) reads.insert(rule);
  }

  const std::set<int>& reads_of_let(int let) {
    LetReads& reads = lets_[let];
    if (reads.known) return reads.rules;  // of a cycle of lets what is known so far; it is reported
    reads.known = true;
    if (++let_depth_ <= limits::kNestingMax) {
      std::set<int> rules;
      collect(*policy_.lets[let].value, nullptr, nullptr, rules);
      lets_[let].rules = std::move(rules);
    }
    --let_depth_;
    context_.let_states[let].reads_warnings = !lets_[let].rules.empty();
    for (int rule : lets_[let].rules) policy_.rules[rule].record_type = kWanted;
    return lets_[let].rules;
  }

  // `aggregate` is the one that the expression stands in; its record's fields hide lets.
  void collect(const Expr& expr, const RuleDecl* rule, const Aggregate* aggregate,
               std::set<int>& reads) {
    if (const Name* name = std::get_if<Name>(&expr.node)) {
      const int let = find_in(context_.lets, name->name);
      const bool hidden = (aggregate != nullptr && has_field(aggregate->record, name->name)) ||
                          (rule != nullptr && names_field(rule->by, name->name));
      if (let < 0 || hidden) return;
      const std::set<int>& more = reads_of_let(let);
      reads.insert(more.begin(), more.end());
      return;
    }
    if (const Member* member = std::get_if<Member>(&expr.node); member != nullptr) {
      const Name* object = std::get_if<Name>(&member->object->node);
      if (object != nullptr && rule != nullptr && is_alias(*rule, object->name)) return;
    }
    if (const Aggregate* inner = std::get_if<Aggregate>(&expr.node)) {
      add_read(inner->record, reads);
      aggregate = inner;
    }
    for_each_child(expr, [&](const Expr& child) { collect(child, rule, aggregate, reads); });
  }

  static bool is_alias(const RuleDecl& rule, const std::string& name) {
    const auto has = [&](const Step& step) { return step.alias.text == name; };
    return std::any_of(rule.steps.begin(), rule.steps.end(), has) ||
           (rule.absence && has(rule.absence->step));
  }

  bool has_field(const std::string& record, const std::string& name) const {
    if (find_builtin(name)) return true;
    if (const int type = find_in(context_.records, record); type >= 0) {
      return find_field(policy_.records[type], name) >= 0;
    }
    const int rule = find_in(context_.rules, record);
    return rule >= 0 && names_field(warning_fields(policy_.rules[rule]), name);
  }

  void add_type(RuleDecl& rule) {
    RecordDecl record;
    record.origin = Origin::kWarnings;
    record.source = static_cast<int>(&rule - policy_.rules.data());
    record.name = rule.name;
    record.title = rule.title;
    for (Identifier& name : warning_fields(rule)) {
      record.fields.push_back({.name = std::move(name), .type = {}, .from = {}, .format = {}});
    }
    rule.record_type = static_cast<int>(policy_.records.size());
    policy_.records.push_back(std::move(record));
  }

  Context& context_;
  Policy& policy_;
  std::vector<Node> rules_;
  std::vector<LetReads> lets_;
  std::vector<int> path_;  // of rules, each reading the next
  size_t let_depth_ = 0;
  bool depth_reported_ = false;
};

}  // namespace

void order_rules(Context& context) { RuleOrder(context).run(); }

}  // namespace tocsin::dsl::checking
