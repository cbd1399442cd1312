#include "rules-dsl/plan/cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "rules-dsl/check/children.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/plan/domain_builder.h"
#include "rules-dsl/syntax/printer.h"

namespace tocsin::plan {
namespace {

using Until = KeptRecords::Until;
using Way = LookedAt::Way;

constexpr double kMicrosADay = 86'400e6;
constexpr double kRowHeaderBytes = 32 + 8 + 16;  // engine/record/row.h, its place, the allocator's
constexpr double kValueBytes = 9;                // of a field, with its kind
constexpr double kTellingBytes = 300;            // of an assessment or a draw
constexpr double kOnceValueBytes = 96;           // of a value that `once per` remembers
constexpr double kReachNameBytes =
    400;  // of a name within reach: a row, its path, its place among the names

bool is_text(const dsl::Type& type) {
  return type.kind == dsl::TypeKind::kText || type.kind == dsl::TypeKind::kUscc ||
         type.kind == dsl::TypeKind::kRegion || type.kind == dsl::TypeKind::kIndustry;
}

double bytes_of(const TypePlan& type) {
  double bytes = kRowHeaderBytes + 2 * kTextBytesAssumed;  // id and subject
  for (const FieldPlan& field : type.fields) {
    bytes += kValueBytes + (is_text(field.type) ? kTextBytesAssumed : 0);
  }
  return bytes;
}

class CostReader {
 public:
  CostReader(const dsl::Policy& policy, const Program& program, const CostRates& rates)
      : policy_(policy), program_(program), rates_(rates) {}

  RuleCost read(const dsl::RuleDecl& rule) {
    cost_ = {};
    seen_.clear();
    cost_.rule = rule.name.text;
    for (const dsl::Identifier& part : rule.by) {
      cost_.key += cost_.key.empty() ? part.text : ", " + part.text;
    }
    if (rule.by.empty()) cost_.key = "subject";
    if (rule.condition) visit(*rule.condition, true);
    if (!rule.steps.empty()) pattern(rule);
    for (const dsl::LevelChoice& choice : rule.levels) {
      if (choice.when) visit(*choice.when, false);
    }
    if (rule.for_subject) visit(*rule.for_subject, false);
    for (const dsl::WithValue& with : rule.with) visit(*with.value, false);
    if (rule.say) {
      for (const dsl::TemplatePart& part : rule.say->parts) {
        if (part.expression) visit(*part.expression, false);
      }
    }
    if (rule.once && rule.once->value) once_per(rule);
    return std::move(cost_);
  }

  // What its grade changes and assessments take.
  RuleCost read(const dsl::ScoreDecl& score) {
    begin(score.name.text);
    visit_score(score, false);
    for (const dsl::PublishDecl& publish : policy_.publishes) {
      if (publish.score.text == score.name.text) keep_tellings("assessment", publish.every);
    }
    return std::move(cost_);
  }

  RuleCost read(const dsl::SampleDecl& sample) {
    begin(sample.name.text);
    if (sample.where) visit(*sample.where, false);
    if (sample.score) {
      visit_score(policy_.scores[static_cast<size_t>(sample.score_index)], false);
    }
    keep_tellings("draw", sample.every);
    return std::move(cost_);
  }

 private:
  double days_of(const dsl::Duration& duration) const {
    return static_cast<double>(program_.calendar->longest_micros(span_of(duration))) / kMicrosADay;
  }

  void begin(const std::string& subject_rule) {
    cost_ = {};
    seen_.clear();
    cost_.rule = subject_rule;
    cost_.key = "subject";
  }

  void visit_score(const dsl::ScoreDecl& score, bool shown) {
    for (const dsl::ScoreItem& item : score.items) {
      visit(item.per ? *item.per : *item.condition, shown);
    }
    for (const dsl::GradeCap& cap : score.caps) visit(*cap.condition, shown);
  }

  // One a period, of every key that exists.
  void keep_tellings(const std::string& kind, const dsl::Duration& every) {
    KeptRecords kept{.type = kind,
                     .until = Until::kNever,
                     .days = 0,
                     .records = kDaysAYear / days_of(every),
                     .bytes = 0,
                     .cause = "every " + dsl::print(every)};
    kept.bytes = kept.records * kTellingBytes;
    cost_.kept.push_back(kept);
  }

  // `shown`: the records that aggregates cover are evidence of the warning.
  void visit(const dsl::Expr& expr, bool shown) {
    if (const auto* name = std::get_if<dsl::Name>(&expr.node)) {
      if (name->binding.kind == dsl::BindingKind::kScore) {
        visit_score(policy_.scores[static_cast<size_t>(name->binding.index)], shown);
      }
      if (name->binding.kind != dsl::BindingKind::kLet) return;
      return visit(*policy_.lets[static_cast<size_t>(name->binding.index)].value, shown);
    }
    if (const auto* member = std::get_if<dsl::Member>(&expr.node)) {
      if (member->binding.kind == dsl::BindingKind::kGrade) {
        return visit_score(policy_.scores[static_cast<size_t>(member->binding.index)], shown);
      }
      profile_field(*member);
    }
    if (const auto* aggregate = std::get_if<dsl::Aggregate>(&expr.node)) {
      add(*aggregate, dsl::print(expr), shown);
    }
    dsl::checking::for_each_child(expr, [&](const dsl::Expr& child) { visit(child, shown); });
  }

  const std::string& type_name(int record) const {
    return policy_.records[static_cast<size_t>(record)].name.text;
  }

  double bytes_of_type(const std::string& name) const {
    const auto type = std::find_if(program_.types.begin(), program_.types.end(),
                                   [&](const TypePlan& plan) { return plan.name == name; });
    return type == program_.types.end() ? 0 : bytes_of(*type);
  }

  // `names`: so many subjects' records, across a link.
  void keep(const std::string& type, Until until, double days, const std::string& cause,
            double names = 1) {
    if (!seen_.insert({type, static_cast<int>(until), days, cause}).second) return;
    const bool endless = until == Until::kNever || until == Until::kDeadline;
    KeptRecords kept{
        .type = type, .until = until, .days = days, .records = 1, .bytes = 0, .cause = cause};
    if (until != Until::kReplaced) kept.records = rates_.of(type) * (endless ? kDaysAYear : days);
    kept.records *= names;
    kept.bytes = kept.records * bytes_of_type(type);
    if (names > 1) kept.type += " across";  // copies, kept beside the key's own
    cost_.kept.push_back(kept);
  }

  // How many subjects' records an aggregate runs over, at most. The names are kept, too.
  double names_of(const dsl::Aggregate& aggregate, const std::string& cause) {
    if (!aggregate.across) return 1;
    const auto most = static_cast<double>(aggregate.across->at_most.value_or(limits::kReachNames));
    if (seen_.insert({"names", static_cast<int>(Until::kReplaced), 0, cause}).second) {
      cost_.kept.push_back({.type = "name across " + aggregate.across->link,
                            .until = Until::kReplaced,
                            .days = 0,
                            .records = most,
                            .bytes = most * kReachNameBytes,
                            .cause = cause});
    }
    return most + 1;  // and the subject itself
  }

  void look(const std::string& type, Way way, std::optional<double> records,
            const std::string& cause) {
    if (!seen_.insert({type, -1 - static_cast<int>(way), 0, cause}).second) return;
    cost_.looks.push_back({type, way, records, cause});
  }

  // The latest known value of each source.
  void profile_field(const dsl::Member& member) {
    if (member.binding.kind != dsl::BindingKind::kProfile) return;
    const auto& field = policy_.profile.fields[static_cast<size_t>(member.binding.index)];
    for (const dsl::ProfileSource& source : field.sources) {
      keep(source.record.text, Until::kReplaced, 0, "subject." + member.member);
    }
  }

  // As the planner: kept up to date row by row when value and condition need the row alone.
  bool is_counted(const dsl::Aggregate& aggregate) const {
    using Kind = dsl::AggregateKind;
    const bool adds = aggregate.kind == Kind::kSum || aggregate.kind == Kind::kAvg;
    const bool exact = adds && aggregate.value->type.kind != dsl::TypeKind::kFloat;
    const bool countable =
        aggregate.kind == Kind::kCount || aggregate.kind == Kind::kExists || exact;
    return countable && !aggregate.last_n &&
           (!aggregate.value || needs_only_row(*aggregate.value)) &&
           (!aggregate.where || needs_only_row(*aggregate.where));
  }

  bool needs_only_row(const dsl::Expr& expr) const {
    if (const auto* name = std::get_if<dsl::Name>(&expr.node)) {
      if (name->binding.kind != dsl::BindingKind::kLet) return true;
      return needs_only_row(*policy_.lets[static_cast<size_t>(name->binding.index)].value);
    }
    if (const auto* member = std::get_if<dsl::Member>(&expr.node)) {
      if (member->binding.kind == dsl::BindingKind::kProfile) return false;
      if (member->binding.kind != dsl::BindingKind::kPart) return member->binding.scope < 0;
    }
    bool only = true;
    dsl::checking::for_each_child(
        expr, [&](const dsl::Expr& child) { only = only && needs_only_row(child); });
    return only;
  }

  void add(const dsl::Aggregate& aggregate, const std::string& text, bool shown) {
    const std::string& type = type_name(aggregate.record_type);
    const bool counted = is_counted(aggregate);
    const double names = names_of(aggregate, text);
    std::optional<double> days;
    if (aggregate.over)
      days = days_of(*aggregate.over) + (aggregate.ago ? days_of(*aggregate.ago) : 0);
    if (days) {
      keep(type, Until::kSpan, *days, text, names);
    } else if (!counted || shown || aggregate.across) {
      keep(type, Until::kNever, 0, text, names);
    }
    if (counted) return look(type, Way::kOne, 1, text);
    using Kind = dsl::AggregateKind;
    std::optional<double> records;
    if (days) records = rates_.of(type) * *days * names;
    if (aggregate.last_n)
      records = std::min(records.value_or(*aggregate.last_n), double(*aggregate.last_n));
    const bool from_end = aggregate.kind == Kind::kFirst || aggregate.kind == Kind::kLast;
    look(type, from_end ? Way::kFromEnd : Way::kAll, records, text);
    if (!records && !from_end) {
      cost_.unbounded.push_back(fmt::format(
          "{} looks at every {} that ever came, whenever one comes; give it a window, such as over "
          "1y or over last 100",
          text, type));
    }
  }

  void pattern(const dsl::RuleDecl& rule) {
    double choices = 1;
    double span = 0;  // from the step to the last
    const bool waits = rule.absence && rule.absence->before;
    const double wait =
        rule.absence && rule.absence->step.within ? days_of(*rule.absence->step.within) : 0;
    for (size_t i = rule.steps.size(); i-- > 0;) {
      const dsl::Step& step = rule.steps[i];
      const std::string cause = (i > 0       ? "then "
                                 : rule.each ? "on each "
                                             : "on ") +
                                step.record.text + " " + step.alias.text;
      keep(step.record.text, waits ? Until::kDeadline : Until::kSpan, span + wait, cause);
      if (i + 1 < rule.steps.size()) {
        choices *= std::max(1.0, rates_.of(step.record.text) * span);
        look(step.record.text, Way::kChoices, std::min(choices, double(limits::kSequenceLooksMax)),
             cause);
      }
      if (step.within) span += days_of(*step.within);
      if (step.where) visit(*step.where, true);
    }
    if (!rule.absence) return;
    const dsl::Step& absent = rule.absence->step;
    const std::string cause = "then no " + absent.record.text + " " + absent.alias.text;
    keep(absent.record.text, waits ? Until::kDeadline : Until::kSpan, wait, cause);
    look(absent.record.text, Way::kFromEnd,
         waits ? std::nullopt : std::optional(rates_.of(absent.record.text) * wait), cause);
    if (rule.absence->before) visit(*rule.absence->before, false);
    if (absent.where) visit(*absent.where, false);
  }

  // One value of each warning is remembered.
  void once_per(const dsl::RuleDecl& rule) {
    visit(*rule.once->value, false);
    const std::string& type = rule.steps.back().record.text;
    KeptRecords kept{.type = "value of " + dsl::print(*rule.once->value),
                     .until = Until::kNever,
                     .days = 0,
                     .records = rates_.of(type) * kDaysAYear,
                     .bytes = 0,
                     .cause = "once per " + dsl::print(*rule.once->value)};
    kept.bytes = kept.records * kOnceValueBytes;
    cost_.kept.push_back(kept);
  }

  const dsl::Policy& policy_;
  const Program& program_;
  const CostRates& rates_;
  RuleCost cost_;
  std::set<std::tuple<std::string, int, double, std::string>> seen_;
};

bool is_endless(const KeptRecords& kept) {
  return kept.until == Until::kNever || kept.until == Until::kDeadline;
}

// Of each type the most that a rule keeps.
KeyCost total_of(const std::string& key, const std::vector<RuleCost>& rules) {
  std::map<std::pair<std::string, bool>, KeptRecords> most;
  for (const RuleCost& rule : rules) {
    if (rule.key != key) continue;
    for (const KeptRecords& kept : rule.kept) {
      KeptRecords& known = most[{kept.type, is_endless(kept)}];
      if (kept.bytes >= known.bytes) known = kept;
    }
  }
  KeyCost total{.key = key, .records = 0, .bytes = 0, .bytes_a_year = 0};
  for (const auto& [type, kept] : most) {
    if (is_endless(kept)) {
      total.bytes_a_year += kept.bytes;
    } else {
      total.records += kept.records;
      total.bytes += kept.bytes;
    }
  }
  return total;
}

}  // namespace

PolicyCost cost_of(const dsl::Policy& policy, const Program& program, const CostRates& rates) {
  PolicyCost cost;
  CostReader reader(policy, program, rates);
  std::set<std::string> keys;
  for (const dsl::RuleDecl& rule : policy.rules) {
    cost.rules.push_back(reader.read(rule));
    keys.insert(cost.rules.back().key);
  }
  for (const dsl::ScoreDecl& score : policy.scores) cost.rules.push_back(reader.read(score));
  for (const dsl::SampleDecl& sample : policy.samples) cost.rules.push_back(reader.read(sample));
  if (!policy.scores.empty() || !policy.samples.empty()) keys.insert("subject");
  for (const std::string& key : keys) cost.keys.push_back(total_of(key, cost.rules));
  return cost;
}

}  // namespace tocsin::plan
