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
  if (at_word("score")) return score_declaration();
  if (at_word("publish")) return publish_declaration();
  if (at_word("sample")) return sample_declaration();
  if (at_word("link")) return link_declaration();
  if (at_word("table")) return table_declaration();
  if (peek().mistaken) throw Abandon{};

  if (at_symbol("}")) {
    report(kExpected, take().span, "this `}` closes nothing", "delete it");
    return;
  }
  const std::string help =
      "a policy consists of policy, record, profile, table, link, let, rule, score, publish, "
      "sample and test";
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
         did_you_mean(peek().text, {"timezone", "levels", "workdays", "subject"},
                      "the settings are timezone, levels, workdays and subject"));
  }
  const Token& word = take();
  const bool goes_on = word.text == "workdays" && !at(TokenKind::kString);
  if (!goes_on) once(seen, word, "the policy");
  if (word.text == "timezone") {
    policy_.timezone = expect_text("the name of a time zone", "write timezone \"Asia/Shanghai\"");
    policy_.timezone_span = previous_;
  } else if (word.text == "levels") {
    policy_.levels = levels();
  } else if (word.text == "workdays") {
    workdays_setting();
  } else {
    subject_setting();
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

// link control { registration: subject -- controller, … }
void Parser::link_declaration() {
  const Span begin = take().span;
  LinkDecl link;
  link.name = declared_name("the link's name", "write link control { … }");
  block({.owner = fmt::format("link `{}`", link.name.text),
         .item = [&] { link.edges.push_back(link_edge()); },
         .boundary = &Parser::edge_boundary,
         .commas = true});
  if (link.edges.empty() && !damaged_) {
    report(kMissingClause, span_from(begin), fmt::format("link `{}` joins nothing", link.name.text),
           "say which records join whom: registration: subject -- controller");
  }
  policy_.links.push_back(std::move(link));
}

LinkEdge Parser::link_edge() {
  const std::string help = "write shareholding where ratio >= 0.25: subject -- holder";
  LinkEdge edge;
  edge.record = expect_identifier("a record's name", help);
  if (accept_word("where")) edge.where = expression();
  expect_symbol(":", "before the two ends", help);
  edge.ends[0] = link_end();
  expect_symbol("--", "between the two ends", help);
  edge.ends[1] = link_end();
  return edge;
}

LinkEnd Parser::link_end() {
  return {
      expect_identifier("`subject` or a field that holds a name", "write subject -- controller"),
      {}};
}

bool Parser::edge_boundary(size_t index, bool) const {
  return token(index).first_on_line || token(index - 1).text == ",";
}

}  // namespace tocsin::dsl
