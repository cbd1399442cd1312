// Which rules and scores read the warnings and grade changes of which others: the types of these as
// records, cycles, and the order in which rules are checked and evaluated.
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
  for (const Until& until : rule.untils) {
    may_visit(until.at);
    if (until.record) may_visit(until.record->where);
  }
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
        nodes_(policy_.rules.size() + policy_.scores.size()),
        lets_(policy_.lets.size()),
        scores_(policy_.scores.size()) {}

  void run() {
    for (size_t node = 0; node < nodes_.size(); ++node) {
      if (nodes_[node].progress == Node::Progress::kNew) visit(static_cast<int>(node));
    }
    for (size_t let = 0; let < lets_.size(); ++let) reads_of_let(static_cast<int>(let));
    for (const SampleDecl& sample : policy_.samples) {
      std::set<int> reads;
      if (sample.where) collect(*sample.where, nullptr, nullptr, reads);
      for (int node : reads) want(node);
    }
    size_t types = 0;
    for (RuleDecl& rule : policy_.rules) {
      if (rule.record_type != kWanted) continue;
      if (++types == limits::kRulesReadMax + 1) report_too_many(rule);
      add_type(rule);
    }
    for (ScoreDecl& score : policy_.scores) {
      if (score.record_type == kWanted) add_type(score);
    }
    add_end_types();
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

  // Nodes are the rules, and behind them the scores.
  int node_of_score(int score) const { return static_cast<int>(policy_.rules.size()) + score; }
  bool is_rule(int node) const { return node < node_of_score(0); }
  const Identifier& name_of(int node) const {
    return is_rule(node) ? policy_.rules[node].name : policy_.scores[node - node_of_score(0)].name;
  }
  std::set<int> reads_of(int node) {
    if (is_rule(node)) return reads_of(policy_.rules[node]);
    return reads_of_score(node - node_of_score(0));
  }
  void want(int node) {
    (is_rule(node) ? policy_.rules[node].record_type
                   : policy_.scores[node - node_of_score(0)].record_type) = kWanted;
  }

  void visit(int number) {
    Node& node = nodes_[number];
    node.progress = Node::Progress::kOnPath;
    path_.push_back(number);
    for (int read : reads_of(number)) {
      want(read);
      if (nodes_[read].progress == Node::Progress::kOnPath) {
        report_cycle(read);
        continue;
      }
      // The path is as deep as the recursion, and longer ones are refused anyway.
      if (nodes_[read].progress == Node::Progress::kNew && path_.size() <= limits::kLayersMax) {
        visit(read);
      }
      const bool cut = nodes_[read].progress == Node::Progress::kNew;
      node.layer = std::max(node.layer, cut ? limits::kLayersMax + 1 : nodes_[read].layer + 1);
    }
    if (node.layer > limits::kLayersMax) report_too_deep(number);
    path_.pop_back();
    node.progress = Node::Progress::kDone;
    if (is_rule(number)) policy_.rule_order.push_back(number);
  }

  void report_cycle(int node) {
    std::vector<std::string> chain;
    for (auto at = std::find(path_.begin(), path_.end(), node); at != path_.end(); ++at) {
      chain.push_back(name_of(*at).text);
    }
    chain.push_back(name_of(node).text);
    context_.report.add(
        Code::kRuleCycle, name_of(node).span,
        (is_rule(node) ? "rule " + quote(chain.front()) + " rests on its own warnings: "
                       : "score " + quote(chain.front()) + " rests on its own grade changes: ") +
            join(chain, " -> "),
        {.help = "a rule may only read the warnings of rules that do not read its own", .fix = {}});
  }

  void report_too_deep(int node) {
    if (!depth_reported_) {
      context_.report.add(Code::kTooDeep, name_of(node).span,
                          (is_rule(node) ? "rule " : "score ") + quote(name_of(node).text) +
                              " rests on more than " + std::to_string(limits::kLayersMax) +
                              " rules that read each other's warnings",
                          {.help = "shorten the chain of rules", .fix = {}});
    }
    depth_reported_ = true;
    nodes_[node].layer = 0;
  }

  void report_too_many(const RuleDecl& rule) {
    context_.report.add(Code::kTooManyRead, rule.name.span,
                        "other rules read the warnings of more than " +
                            std::to_string(limits::kRulesReadMax) + " rules",
                        {.help = "count records instead, or join rules into one", .fix = {}});
  }

  std::set<int> reads_of(const RuleDecl& rule) {
    std::set<int> reads;
    for (const Step& step : rule.steps) add_read(step.record.text, reads);
    if (rule.absence) add_read(rule.absence->step.record.text, reads);
    for (const Until& until : rule.untils) {
      if (until.record) add_read(until.record->record.text, reads);
    }
    for_each_expression(rule, [&](const Expr& expr) { collect(expr, &rule, nullptr, reads); });
    return reads;
  }

  void add_read(const std::string& record, std::set<int>& reads) const {
    if (find_in(context_.records, record) >= 0) return;
    if (const int rule = find_in(context_.rules, record); rule >= 0) reads.insert(rule);
    if (const int score = find_changing(context_, record); score >= 0) {
      reads.insert(node_of_score(score));
    }
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
    for (int node : lets_[let].rules) want(node);
    return lets_[let].rules;
  }

  const std::set<int>& reads_of_score(int score) {
    LetReads& reads = scores_[score];
    if (reads.known) return reads.rules;
    reads.known = true;
    if (++let_depth_ <= limits::kNestingMax) {
      std::set<int> nodes;
      for (const ScoreItem& item : policy_.scores[score].items) {
        collect(item.per ? *item.per : *item.condition, nullptr, nullptr, nodes);
      }
      for (const GradeCap& cap : policy_.scores[score].caps) {
        collect(*cap.condition, nullptr, nullptr, nodes);
      }
      scores_[score].rules = std::move(nodes);
    }
    --let_depth_;
    return scores_[score].rules;
  }

  // `aggregate` is the one that the expression stands in; its record's fields hide lets.
  void collect(const Expr& expr, const RuleDecl* rule, const Aggregate* aggregate,
               std::set<int>& reads) {
    if (const Name* name = std::get_if<Name>(&expr.node)) {
      const int let = find_in(context_.lets, name->name);
      const bool hidden = (aggregate != nullptr && has_field(aggregate->record, name->name)) ||
                          (rule != nullptr && names_field(rule->by, name->name));
      const int score = let >= 0 ? -1 : find_in(context_.scores, name->name);
      if ((let < 0 && score < 0) || hidden) return;
      const std::set<int>& more = let >= 0 ? reads_of_let(let) : reads_of_score(score);
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
    const auto ends = [&](const Until& until) { return until.record && has(*until.record); };
    return std::any_of(rule.steps.begin(), rule.steps.end(), has) ||
           std::any_of(rule.untils.begin(), rule.untils.end(), ends) ||
           (rule.absence && has(rule.absence->step));
  }

  bool has_field(const std::string& record, const std::string& name) const {
    if (find_builtin(name)) return true;
    if (const int type = find_in(context_.records, record); type >= 0) {
      return find_field(policy_.records[type], name) >= 0;
    }
    if (find_changing(context_, record) >= 0) {
      return name == "from" || name == "to" || name == "score";
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

  void add_type(ScoreDecl& score) {
    RecordDecl record;
    record.origin = Origin::kChanges;
    record.source = static_cast<int>(&score - policy_.scores.data());
    record.name = {score.name.text + "_change", score.name.span};
    record.title = score.title;
    const Type points{TypeKind::kDecimal, nullptr};
    for (const auto& [name, type] :
         {std::pair("from", score.grade_type), std::pair("to", score.grade_type),
          std::pair("score", points)}) {
      record.fields.push_back(
          {.name = {name, score.name.span}, .type = type, .from = {}, .format = {}});
    }
    score.record_type = static_cast<int>(policy_.records.size());
    policy_.records.push_back(std::move(record));
  }

  // Only the subject knows when another record ends one of its records, and
  // only a rule when its warnings end: rules by other keys, or over warnings,
  // are told.
  void add_end_types() {
    const bool keyed = std::any_of(policy_.rules.begin(), policy_.rules.end(),
                                   [](const RuleDecl& rule) { return !rule.by.empty(); });
    const size_t records = policy_.records.size();
    for (size_t i = 0; i < records; ++i) {
      const RecordDecl& of = policy_.records[i];
      const bool told = of.origin == Origin::kDeclared ? keyed && ends_by_record(of)
                                                       : of.origin == Origin::kWarnings;
      if (!told) continue;
      RecordDecl ends;
      ends.origin = Origin::kEnds;
      ends.source = static_cast<int>(i);
      ends.name = {of.name.text + "#end", of.name.span};
      ends.fields = fields_of_end(of.fields);
      policy_.records[i].ends = static_cast<int>(policy_.records.size());
      policy_.records.push_back(std::move(ends));
    }
  }

  Context& context_;
  Policy& policy_;
  std::vector<Node> nodes_;
  std::vector<LetReads> lets_;
  std::vector<LetReads> scores_;
  std::vector<int> path_;  // of rules and scores, each reading the next
  size_t let_depth_ = 0;
  bool depth_reported_ = false;
};

}  // namespace

void order_rules(Context& context) { RuleOrder(context).run(); }

}  // namespace tocsin::dsl::checking
