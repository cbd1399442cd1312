// rule: clauses in any order, patterns, levels.
#include <fmt/format.h>

#include <algorithm>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser_impl.h"

namespace tocsin::dsl {
namespace {

const std::vector<std::string>& clause_words() {
  static const std::vector<std::string> words = {"while",  "on",    "then", "by",      "once",
                                                 "level",  "for",   "say",  "because", "suggest",
                                                 "assign", "until", "with"};
  return words;
}

// What may stand behind a name within an expression or a step.
bool continues_expression(std::string_view word) {
  constexpr std::string_view words[] = {"and", "or",   "is",       "in",     "not",
                                        "of",  "over", "where",    "within", "before",
                                        "ago", "when", "otherwise"};
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool is_clause_word(std::string_view word) {
  const std::vector<std::string>& words = clause_words();
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr const char* kClausesHelp =
    "a rule consists of while or on … then …, level, by, for, once per, with, say, because, "
    "suggest, assign";

}  // namespace

void Parser::rule_declaration() {
  take();
  RuleDecl rule;
  RuleParts parts;
  rule.name = declared_name("the rule's name", "write rule late_payment \"Late payment\" { … }");
  rule.title = optional_text();
  const bool complete = block({.owner = fmt::format("rule `{}`", rule.name.text),
                               .item = [&] { rule_clause(rule, parts); },
                               .boundary = &Parser::clause_boundary});
  finish_rule(rule, parts, complete);
  policy_.rules.push_back(std::move(rule));
}

void Parser::rule_clause(RuleDecl& rule, RuleParts& parts) {
  if (!at(TokenKind::kIdentifier) || !is_clause_word(peek().text)) {
    if (peek().mistaken) throw Abandon{};
    const std::string nearest = nearest_name(peek().text, clause_words());
    fail(kUnknownClause, peek().span,
         fmt::format("{} begins no clause of a rule", describe(peek())),
         at(TokenKind::kIdentifier) && !nearest.empty() ? fmt::format("did you mean `{}`?", nearest)
                                                        : kClausesHelp);
  }
  const Token& word = take();
  if (word.text == "until") {
    return until_clause(rule.untils, fmt::format("rule `{}`", rule.name.text));
  }
  if (word.text != "then") once(parts.seen, word, fmt::format("rule `{}`", rule.name.text));

  if (trigger_clause(word.text, rule, parts) || text_clause(word.text, rule)) return;
  if (word.text == "by") return by_clause(rule);
  if (word.text == "once") return once_clause(rule);
  if (word.text == "level") return level_clause(rule);
  if (word.text == "with") return with_clause(rule);
  rule.for_subject = expression();  // the only word left: `for`
}

// The clause behind `word`, if it is one that starts warnings.
bool Parser::trigger_clause(std::string_view word, RuleDecl& rule, RuleParts& parts) {
  if (word == "while") {
    rule.condition = expression();
  } else if (word == "on") {
    on_clause(rule, parts);
  } else if (word == "then") {
    then_clause(rule, parts);
  } else {
    return false;
  }
  return true;
}

// The same for clauses that hold a text.
bool Parser::text_clause(std::string_view word, RuleDecl& rule) {
  if (word == "say") {
    rule.say = message();
    return true;
  }
  std::string* const target = word == "because"   ? &rule.because
                              : word == "suggest" ? &rule.suggest
                              : word == "assign"  ? &rule.assign
                                                  : nullptr;
  if (target == nullptr) return false;
  *target = expect_text("a text in double quotes", fmt::format("write {} \"…\"", word));
  return true;
}

// ---------------------------------------------------------------- patterns

void Parser::on_clause(RuleDecl& rule, RuleParts& parts) {
  parts.last_step = previous_;
  rule.each = accept_word("each");
  parts.on = step("on");
  step_conditions(*parts.on, nullptr);
  if (parts.on->within) {
    report(kConflictingClauses, parts.on->record.span, "`within` belongs to `then`, not to `on`",
           "write it behind the record that comes later");
  }
}

void Parser::then_clause(RuleDecl& rule, RuleParts& parts) {
  parts.last_step = previous_;
  if (rule.absence) {
    report(kConflictingClauses, previous_, "nothing can follow `then no`",
           "make `then no` the last step of the pattern");
  }
  if (!accept_word("no")) {
    Step next = step("then");
    step_conditions(next, nullptr);
    parts.thens.push_back(std::move(next));
    return;
  }
  Absence absence;
  absence.step = step("then no");
  step_conditions(absence.step, &absence.before);
  rule.absence = std::move(absence);
}

// RECORD ALIAS
Step Parser::step(std::string_view opening) {
  Step result;
  result.record = expect_identifier(fmt::format("a record's name after `{}`", opening),
                                    fmt::format("write {} penalty p …", opening));
  if (at_word("overdue") && at(TokenKind::kIdentifier, 1)) overdue_step(opening, result);
  result.alias = alias(opening, result.record);
  return result;
}

Identifier Parser::alias(std::string_view opening, const Identifier& record) {
  const bool taken = at(TokenKind::kIdentifier) && !is_clause_word(peek().text) &&
                     !at_any_word({"where", "within", "before", "overdue"});
  if (taken) return declared_name("a short name", "");
  if (peek().mistaken) throw Abandon{};
  report(kMissingAlias, record.span,
         fmt::format("`{}` needs a short name to speak of it", record.text),
         fmt::format("write {} {} {}", opening, record.text, record.text.substr(0, 1)));
  return {"", record.span};
}

// within D, before T (only where `before` is not null) and where C, in any order.
void Parser::step_conditions(Step& step, ExprPtr* before) {
  std::vector<std::string> seen;
  while (at_any_word({"within", "where", "before"})) {
    const Token& word = take();
    once(seen, word, fmt::format("the step `{}`", step.record.text));
    if (word.text == "within") {
      step.within = duration("within");
    } else if (word.text == "where") {
      step.where = expression();
    } else if (before != nullptr) {
      *before = expression();
    } else {
      fail(kConflictingClauses, word.span, "`before` belongs to `then no`",
           "give this step a span: within 30d");
    }
  }
  if (before != nullptr && *before && step.within) {
    report(kConflictingClauses, (*before)->span, "`then no` has either `within` or `before`",
           "keep one of them");
  }
}

// ---------------------------------------------------------------- other clauses

// by FIELD, by (FIELD, FIELD, …)
void Parser::by_clause(RuleDecl& rule) {
  const std::string help = "write by region, or by (region, industry)";
  rule.by.clear();  // a second `by` was reported; it must not add to the first
  const bool several = accept_symbol("(");
  do {
    rule.by.push_back(expect_identifier("a field's name after `by`", help));
  } while (several && accept_symbol(","));
  if (several) expect_symbol(")", "after the fields", help);
  if (!several && at_symbol(",")) {
    fail_expected("the next clause after the field",
                  "several fields stand in parentheses: " + help);
  }
  if (rule.by.size() > limits::kKeyPartsMax) {
    report(kTooMany, rule.by.back().span,
           fmt::format("the key has {} parts, more than the {} allowed", rule.by.size(),
                       limits::kKeyPartsMax),
           "group by fewer fields");
    rule.by.resize(limits::kKeyPartsMax);
  }
  if (rule.by.size() == 1 && rule.by.front().text == "subject") rule.by.clear();
}

void Parser::once_clause(RuleDecl& rule) {
  const std::string help = "write once per 365d, or once per p.case_no";
  if (!accept_word("per")) fail_expected("`per` after `once`", help);
  OncePer once;
  if (at_span()) {
    once.span = duration("once per");
  } else {
    once.value = expression();
  }
  rule.once = std::move(once);
}

// level red when C, orange when C, yellow otherwise
void Parser::level_clause(RuleDecl& rule) {
  rule.levels.clear();  // a second `level` was reported; it must not add to the first
  const std::string help = "write level red when COUNT >= 6, orange otherwise";
  const Span begin = previous_;
  while (true) {
    LevelChoice choice;
    choice.level = expect_identifier("a level", help);
    if (accept_word("when")) {
      choice.when = expression();
    } else {
      accept_word("otherwise");
    }
    const bool last = choice.when == nullptr;
    rule.levels.push_back(std::move(choice));
    if (accept_symbol(",")) {
      if (!last) continue;
      fail(kOpenLevels, span_from(begin), "a level without `when` must be the last", help);
    }
    if (!last && !at_symbol("}") && !is_clause(pos_)) {
      fail_expected("`,` and the next level", help);
    }
    if (!last) {
      report(kOpenLevels, span_from(begin), "the last level must hold without a condition",
             fmt::format("add a last one: … , {} otherwise", rule.levels.back().level.text));
    }
    return;
  }
}

// with x = EXPR, y = EXPR
void Parser::with_clause(RuleDecl& rule) {
  const std::string help = "write with region = p.region, amount = sum(amount of penalty over 1y)";
  do {
    WithValue value;
    value.name = expect_identifier("a field's name after `with`", help);
    expect_symbol("=", "behind the field's name", help);
    value.value = expression();
    rule.with.push_back(std::move(value));
  } while (accept_symbol(","));
  if (rule.with.size() > limits::kWithMax) {
    report(kTooMany, rule.with[limits::kWithMax].name.span,
           fmt::format("`with` has {} fields, more than the {} allowed", rule.with.size(),
                       limits::kWithMax),
           "name only those that other rules need");
  }
}

// Puts the steps together and says what is missing; a rule with a broken clause may well have it.
void Parser::finish_rule(RuleDecl& rule, RuleParts& parts, bool complete) {
  if (parts.on) rule.steps.push_back(std::move(*parts.on));
  for (Step& then : parts.thens) rule.steps.push_back(std::move(then));

  const size_t steps = rule.steps.size() + (rule.absence ? 1 : 0);
  if (steps > limits::kStepsMax) {
    report(
        kTooMany, parts.last_step,
        fmt::format("the pattern has {} steps, more than the {} allowed", steps, limits::kStepsMax),
        "split it into two rules");
  }
  if (!complete) return;

  const std::string& name = rule.name.text;
  if (rule.condition && (parts.on || steps > 0)) {
    report(kConflictingClauses, rule.name.span,
           fmt::format("rule `{}` has both `while` and `on`", name),
           "make two rules: `while` for a state that lasts, `on` for something that happens");
  } else if (!rule.condition && !parts.on && steps > 0) {
    report(kMissingClause, rule.name.span, fmt::format("rule `{}` has `then` without `on`", name),
           "begin the pattern with on RECORD r");
  } else if (!rule.condition && !parts.on) {
    report(kMissingClause, rule.name.span,
           fmt::format("rule `{}` does not say when it warns", name),
           "add `while CONDITION`, or `on RECORD r where CONDITION`");
  }
  if (rule.levels.empty()) {
    report(kMissingClause, rule.name.span, fmt::format("rule `{}` has no level", name),
           fmt::format("add `level {}`",
                       policy_.levels.empty() ? "yellow" : policy_.levels.front().text));
  }
}

// ---------------------------------------------------------------- recovery

// Whether a clause begins here for sure: many of its words are good names of fields, too.
bool Parser::is_clause(size_t index) const {
  const Token& first = token(index);
  const Token& second = token(index + 1);
  if (first.kind != TokenKind::kIdentifier || !is_clause_word(first.text)) return false;
  if (index > 0 && token(index - 1).text == ".") return false;
  if (second.kind == TokenKind::kIdentifier &&
      (continues_expression(second.text) || is_clause_word(second.text))) {
    return false;
  }
  const std::string& word = first.text;
  if (word == "say" || word == "because" || word == "suggest" || word == "assign") {
    return second.kind == TokenKind::kString || second.mistaken;
  }
  if (word == "level" || word == "on" || word == "then" || word == "with") {
    return second.kind == TokenKind::kIdentifier;
  }
  if (word == "once") return second.text == "per";
  return second.kind != TokenKind::kSymbol || second.text == "(" || second.text == "-";
}

bool Parser::clause_boundary(size_t index, bool nested) const {
  if (is_clause(index)) return !nested || token(index).first_on_line;
  return !nested && is_broken_clause(index);
}

// `levl red` or `because 3` on a line of its own: worth a message, even when the line before is
// broken.
bool Parser::is_broken_clause(size_t index) const {
  const Token& first = token(index);
  const Token& second = token(index + 1);
  if (first.kind != TokenKind::kIdentifier || !first.first_on_line) return false;
  if (second.kind == TokenKind::kSymbol || continues_expression(second.text)) return false;
  return !continues_expression(first.text) && !nearest_name(first.text, clause_words()).empty();
}

}  // namespace tocsin::dsl
