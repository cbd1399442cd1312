// policy, profile, let, and the declarations that this version lacks.
#include <fmt/format.h>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser_impl.h"

namespace tocsin::dsl {
namespace {

const std::vector<std::string>& declaration_words() {
  static const std::vector<std::string> words = {"policy", "record", "profile", "let",
                                                 "rule",   "test",   "table",   "link",
                                                 "score",  "sample", "publish"};
  return words;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         std::string otherwise) {
  const std::string nearest = nearest_name(word, known);
  return nearest.empty() ? otherwise : fmt::format("did you mean `{}`?", nearest);
}

}  // namespace

void Parser::declaration() {
  if (at_word("policy")) return policy_declaration();
  if (at_word("record")) return record_declaration();
  if (at_word("profile")) return profile_declaration();
  if (at_word("let")) return let_declaration();
  if (at_word("rule")) return rule_declaration();
  if (at_word("test")) return test_declaration();
  if (at_any_word({"table", "link", "score", "sample", "publish"}))
    return unsupported_declaration();
  if (peek().mistaken) throw Abandon{};

  if (at_symbol("}")) {
    report(kExpected, take().span, "this `}` closes nothing", "delete it");
    return;
  }
  const std::string help = "a policy consists of policy, record, profile, let, rule and test";
  fail(kUnknownDeclaration, peek().span,
       fmt::format("expected a declaration, found {}", describe(peek())),
       at(TokenKind::kIdentifier) ? did_you_mean(peek().text, declaration_words(), help) : help);
}

void Parser::policy_declaration() {
  const Span begin = take().span;
  if (has_policy_) {
    report(kRepeated, begin, "`policy` appears twice", "keep one for all files");
  }
  has_policy_ = true;
  policy_.name = expect_text("the policy's title", "write policy \"Food safety\" { … }");
  if (!at_symbol("{")) return;
  std::vector<std::string> seen;
  block({.owner = "the policy",
         .item = [&] { policy_setting(seen); },
         .boundary = &Parser::line_boundary});
}

void Parser::policy_setting(std::vector<std::string>& seen) {
  if (!at_any_word({"timezone", "levels", "workdays", "subject"})) {
    if (peek().mistaken) throw Abandon{};
    fail(kUnknownClause, peek().span,
         fmt::format("{} is not a setting of the policy", describe(peek())),
         did_you_mean(peek().text, {"timezone", "levels"}, "the settings are timezone and levels"));
  }
  const Token& word = take();
  once(seen, word, "the policy");
  if (word.text == "timezone") {
    policy_.timezone = expect_text("the name of a time zone", "write timezone \"Asia/Shanghai\"");
    policy_.timezone_span = previous_;
  } else if (word.text == "levels") {
    policy_.levels = levels();
  } else if (word.text == "workdays") {
    unsupported(word.span, "workdays", "leave it out, and count calendar days");
    optional_text();
  } else {
    unsupported(word.span, "subject uscc", "leave it out");
    expect_identifier("the kind of subjects", "leave the line out");
  }
}

std::vector<Identifier> Parser::levels() {
  const std::string help = "write the levels from the lowest up: levels low < high";
  std::vector<Identifier> result{declared_name("a level", help)};
  while (!at(TokenKind::kEnd)) {
    if (at_symbol(",") || at_symbol(">")) {
      report(kMixedList, peek().span, "levels are separated by `<`, the lowest first", help);
      take();
    } else if (!accept_symbol("<")) {
      break;
    }
    result.push_back(declared_name("a level", help));
  }
  if (result.size() > limits::kLevelsMax) {
    report(kTooMany, result[limits::kLevelsMax].span,
           fmt::format("the policy has {} levels, more than the {} allowed", result.size(),
                       limits::kLevelsMax),
           "keep those that rules use");
  }
  return result;
}

void Parser::profile_declaration() {
  const Span begin = take().span;
  if (has_profile_) {
    report(kRepeated, begin, "`profile` appears twice", "put all its fields into one");
  }
  has_profile_ = true;
  block({.owner = "the profile",
         .item = [&] { profile_clause(); },
         .boundary = &Parser::line_boundary});
  policy_.profile.span = span_from(begin);
}

void Parser::profile_clause() {
  const std::string help = "write name, region from registration";
  ProfileClause clause;
  do {
    clause.fields.push_back(declared_name("a field of the profile", help));
  } while (accept_symbol(","));
  if (!accept_word("from")) fail_expected("`from` and a record's name", help);
  clause.record = expect_identifier("a record's name after `from`", help);
  policy_.profile.clauses.push_back(std::move(clause));
}

void Parser::let_declaration() {
  take();
  const std::string help = "write let recent = count(penalty over 1y)";
  LetDecl let;
  let.name = declared_name("a name after `let`", help);
  expect_symbol("=", "after the name", help);
  let.value = expression();
  policy_.lets.push_back(std::move(let));
}

// Skips `score x { … }` whole: to the end of its braces, or to the next declaration without any.
void Parser::unsupported_declaration() {
  const Token& word = take();
  unsupported(word.span, word.text, "leave it out for now");
  damaged_ = true;
  int braces = 0;
  while (!at_end()) {
    if (is_declaration(pos_) && (braces == 0 || peek().first_on_line)) return;
    if (at_symbol("{")) ++braces;
    const bool closing = at_symbol("}");
    take();
    if (closing && --braces <= 0) return;
  }
}

}  // namespace tocsin::dsl
