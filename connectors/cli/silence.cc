#include "connectors/cli/silence.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "rules-dsl/compile.h"
#include "rules-dsl/syntax/printer.h"

namespace tocsin {
namespace {

constexpr int64_t kNearMax = 50;  // numbers below a bound that are tried

// `X >= 3` and `X > 2`: X, and the whole number that it has to reach.
struct Bound {
  const dsl::Expr* value = nullptr;
  int64_t least = 0;
};
std::optional<Bound> bound_of(const dsl::Expr& expr) {
  const auto* binary = std::get_if<dsl::Binary>(&expr.node);
  if (binary == nullptr) return std::nullopt;
  const bool above = binary->op == dsl::BinaryOp::kGt;
  if (!above && binary->op != dsl::BinaryOp::kGe) return std::nullopt;
  const auto* literal = std::get_if<dsl::Literal>(&binary->right->node);
  const auto* number = literal == nullptr ? nullptr : std::get_if<int64_t>(&literal->value);
  if (number == nullptr || *number < 1 || *number > kNearMax) return std::nullopt;
  return Bound{binary->left.get(), *number + (above ? 1 : 0)};
}

class Explainer {
 public:
  explicit Explainer(const Silence& silence) : silence_(silence) {}

  std::vector<std::string> run() {
    if (silence_.rule.condition) {
      explain_condition();
    } else {
      explain_pattern();
    }
    return std::move(lines_);
  }

 private:
  // Takes up a rule with these clauses; its warnings are asked for by the number returned.
  size_t probe(const std::string& clauses) {
    rules_ += fmt::format("rule {} {{\n{}  {}\n  level {}\n}}\n", name(probes_), key(), clauses,
                          silence_.rule.levels.front().level.text);
    return probes_++;
  }

  std::string key() const {
    std::string parts;
    for (const dsl::Identifier& part : silence_.rule.by) {
      parts += parts.empty() ? part.text : ", " + part.text;
    }
    return parts.empty() ? "" : fmt::format("  by ({})\n", parts);
  }

  static std::string name(size_t probe) { return fmt::format("silence__{}", probe); }

  // False when the probes make no sound policy.
  bool run_probes() {
    dsl::SourceSet sources;
    sources.add("probes", silence_.policy_text + rules_);
    const dsl::Compiled compiled = dsl::compile(sources, {.canonical_names = true});
    rules_.clear();
    if (compiled.program == nullptr) return false;
    came_.clear();
    const bool by_subject = silence_.rule.by.empty() && !silence_.rule.for_subject;
    for (NetWarning& warning : silence_.run(compiled.program)) {
      const auto& wanted = silence_.expectation.subject;
      if (by_subject && wanted && warning.subject != wanted->text) continue;
      came_[warning.rule].push_back(std::move(warning));
    }
    return true;
  }

  const std::vector<NetWarning>& came(size_t probe) { return came_[name(probe)]; }

  std::string when(const NetWarning& warning) const {
    std::string text = "from " + shown(warning.raised);
    if (warning.cleared) text += " until " + shown(*warning.cleared);
    return text;
  }

  std::string shown(const std::string& printed) const {
    const std::optional<int64_t> time = silence_.calendar.parse_time(printed);
    return time ? silence_.calendar.format_short(*time) : printed;
  }

  void explain_condition() {
    std::vector<const dsl::Expr*> clauses;
    dsl::add_conjuncts(*silence_.rule.condition, clauses);
    std::vector<size_t> probes;
    std::vector<std::vector<size_t>> nearer;  // by clause: its bound less one, less two, …
    for (const dsl::Expr* clause : clauses) {
      probes.push_back(probe("while " + dsl::print(*clause)));
      std::vector<size_t>& steps = nearer.emplace_back();
      const std::optional<Bound> bound = bound_of(*clause);
      for (int64_t n = bound ? bound->least - 1 : 0; n > 0; --n) {
        steps.push_back(probe(fmt::format("while ({}) >= {}", dsl::print(*bound->value), n)));
      }
    }
    if (!run_probes()) return;
    for (size_t i = 0; i < clauses.size(); ++i) {
      lines_.push_back(dsl::print(*clauses[i]) + ": " +
                       truth_of(*clauses[i], probes[i], nearer[i]));
    }
  }

  std::string truth_of(const dsl::Expr& clause, size_t probe, const std::vector<size_t>& nearer) {
    if (!came(probe).empty()) {
      std::string text = "true " + when(came(probe).front());
      if (came(probe).size() > 1)
        text += fmt::format(", and {} times more", came(probe).size() - 1);
      return text;
    }
    for (size_t i = 0; i < nearer.size(); ++i) {
      if (came(nearer[i]).empty()) continue;
      return fmt::format("never true; it reached {}, {}",
                         bound_of(clause)->least - 1 - static_cast<int64_t>(i),
                         when(came(nearer[i]).front()));
    }
    return "never true";
  }

  // The first `count` steps, the last of them with another `where` (null: none).
  std::string steps(size_t count, const dsl::Expr* last_where) const {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      const dsl::Step& step = silence_.rule.steps[i];
      text += fmt::format("{} {} {}", i > 0 ? " then" : "on", step.record.text, step.alias.text);
      if (step.within) text += " within " + dsl::print(*step.within);
      const dsl::Expr* where = i + 1 == count ? last_where : step.where.get();
      if (where != nullptr) text += " where " + dsl::print(*where);
    }
    return text;
  }

  void explain_pattern() {
    const std::vector<dsl::Step>& all = silence_.rule.steps;
    std::vector<size_t> probes;
    for (size_t i = 0; i < all.size(); ++i)
      probes.push_back(probe(steps(i + 1, all[i].where.get())));
    if (!run_probes()) return;
    for (size_t i = 0; i < all.size(); ++i) {
      const std::string step =
          fmt::format("{} {} {}", i > 0 ? "then" : "on", all[i].record.text, all[i].alias.text);
      if (came(probes[i]).empty()) return explain_step(i, step);
      lines_.push_back(
          fmt::format("{}: came, first at {}", step, shown(came(probes[i]).front().raised)));
    }
    if (silence_.rule.absence) {
      const dsl::Step& absent = silence_.rule.absence->step;
      lines_.push_back(fmt::format("then no {} {}: one came in time, or the time is not over",
                                   absent.record.text, absent.alias.text));
    }
  }

  // Which clause of a step's condition nothing fulfilled, given the steps before.
  void explain_step(size_t index, const std::string& step) {
    std::vector<const dsl::Expr*> clauses;
    if (silence_.rule.steps[index].where)
      dsl::add_conjuncts(*silence_.rule.steps[index].where, clauses);
    const size_t any = probe(steps(index + 1, nullptr));
    std::vector<size_t> probes;
    for (const dsl::Expr* clause : clauses) probes.push_back(probe(steps(index + 1, clause)));
    if (!run_probes()) return;
    if (came(any).empty()) {
      lines_.push_back(step + (index > 0 ? ": none came in time" : ": none came"));
      return;
    }
    lines_.push_back(step + ": came, but none that fits");
    for (size_t i = 0; i < clauses.size(); ++i) {
      lines_.push_back(fmt::format("  where {}: {}", dsl::print(*clauses[i]),
                                   came(probes[i]).empty() ? "never true" : "true for some"));
    }
  }

  const Silence& silence_;
  std::string rules_;
  size_t probes_ = 0;
  std::map<std::string, std::vector<NetWarning>> came_;  // by rule
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> explain(const Silence& silence) { return Explainer(silence).run(); }

}  // namespace tocsin
