// Literals, names, calls and aggregates.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser_impl.h"

namespace tocsin::dsl {
namespace {

struct AggregateWord {
  std::string_view word;
  AggregateKind kind;
};
constexpr AggregateWord kAggregates[] = {
    {"count", AggregateKind::kCount},   {"exists", AggregateKind::kExists},
    {"sum", AggregateKind::kSum},       {"avg", AggregateKind::kAvg},
    {"min", AggregateKind::kMin},       {"max", AggregateKind::kMax},
    {"stddev", AggregateKind::kStddev}, {"first", AggregateKind::kFirst},
    {"last", AggregateKind::kLast},     {"distinct", AggregateKind::kDistinct},
};

const AggregateWord* find_aggregate(const Token& token) {
  if (token.kind != TokenKind::kIdentifier) return nullptr;
  const auto* found = std::find_if(std::begin(kAggregates), std::end(kAggregates),
                                   [&](const AggregateWord& a) { return a.word == token.text; });
  return found == std::end(kAggregates) ? nullptr : found;
}

bool is_function(std::string_view name) {
  return std::find(std::begin(kFunctionNames), std::end(kFunctionNames), name) !=
         std::end(kFunctionNames);
}

bool takes_value(AggregateKind kind) {
  return kind != AggregateKind::kCount && kind != AggregateKind::kExists;
}

}  // namespace

ExprPtr Parser::primary() {
  const Token& first = peek();
  switch (first.kind) {
    case TokenKind::kNumber:
      if (at_span()) return misplaced_time();
      take();
      return make(first.span, Literal{first.number});
    case TokenKind::kString:
      take();
      return make(first.span, Literal{first.text});
    case TokenKind::kTime:
    case TokenKind::kDuration:
      return misplaced_time();
    case TokenKind::kIdentifier:
      break;
    default:
      if (!accept_symbol("(")) {
        fail_expected("a value", "a value is a number, a text in quotes, a name or a count(…)");
      }
      ExprPtr inner = expression();
      expect_symbol(")", "to close the parenthesis", "every ( needs its )");
      inner->span = span_from(first.span);
      return inner;
  }
  if (at_next_clause()) fail_unfinished();
  if (at_any_word({"and", "or", "in", "is", "not"})) {
    fail_expected("a value", "something is missing before or behind this word");
  }
  if (at_aggregate()) return aggregate();
  if (at_symbol("(", 1)) return call();
  take();
  if (first.text == "true" || first.text == "false") {
    return make(first.span, Literal{first.text == "true"});
  }
  return make(first.span, Name{first.text, {}});
}

// Whether a clause or a declaration begins where a value should. Within a line only where the words
// could not be a value and what follows it.
bool Parser::at_next_clause() const {
  if (peek().first_on_line) return is_declaration(pos_) || is_clause(pos_);
  const bool apart = !at(TokenKind::kSymbol, 1) && !at(TokenKind::kEnd, 1);
  return !embedded_ && apart && !peek(1).first_on_line && is_clause(pos_);
}

// At a clause: the condition before it ends with an operator.
void Parser::fail_unfinished() {
  const Token& last = token(pos_ - 1);
  const bool word = last.text == "or" || last.text == "and" || last.text == "not";
  const bool open = last.text == "(" || last.text == "{" || last.text == "[" || last.text == ",";
  if (!word && (last.kind != TokenKind::kSymbol || open)) {
    fail_expected("a value", "something is missing before or behind this word");
  }
  fail_expected(fmt::format("a value behind `{}`", last.text),
                fmt::format("write what was to follow, or delete the `{}`", last.text));
}

// Goes on with some literal, so that nothing else is reported.
ExprPtr Parser::misplaced_time() {
  const Token& found = take();
  if (found.mistaken) return make(found.span, Literal{int64_t{0}});
  if (found.kind == TokenKind::kTime) {
    report(kMisplacedTime, found.span, "in a condition, a time stands in quotes",
           fmt::format("write \"{}\"", found.text), fmt::format("\"{}\"", found.text));
    return make(found.span, Literal{found.text});
  }
  if (found.kind == TokenKind::kNumber) take();  // workdays
  const Span span = span_from(found.span);
  report(kMisplacedTime, span,
         fmt::format("`{}` is a span of time, which is no value", sources_.text(span)),
         "spans stand behind over, ago, within and once per; for days between two times there is "
         "days_between(a, b)");
  return make(span, Literal{int64_t{0}});
}

ExprPtr Parser::call() {
  const Token& name = take();
  take();
  Call call;
  call.name = name.text;
  if (!is_function(name.text) && looks_like_aggregate()) {
    call.arguments = aggregate_parts();
  } else {
    call.arguments = list(")", "after the last argument",
                          fmt::format("write {}(…) with arguments separated by commas", name.text));
  }
  int height = 0;
  for (const ExprPtr& argument : call.arguments) height = std::max(height, argument->height);
  return finish(span_from(name.span), std::move(call), height + 1);
}

// Whether where, over, ago or of stands directly in the parentheses that were just opened.
bool Parser::looks_like_aggregate() const {
  int depth = 0;
  for (size_t i = pos_; token(i).kind != TokenKind::kEnd && !is_declaration(i); ++i) {
    const Token& t = token(i);
    const bool symbol = t.kind == TokenKind::kSymbol;
    if (symbol && (t.text == "(" || t.text == "{" || t.text == "[")) ++depth;
    if (symbol && (t.text == ")" || t.text == "}" || t.text == "]") && --depth < 0) return false;
    const bool word =
        depth == 0 && t.kind == TokenKind::kIdentifier && i > pos_ && token(i - 1).text != ".";
    if (word && (t.text == "where" || t.text == "over" || t.text == "ago" || t.text == "of")) {
      return true;
    }
  }
  return false;
}

// The expressions of an aggregate whose name is misspelt, which the checker reports.
std::vector<ExprPtr> Parser::aggregate_parts() {
  Aggregate parts;
  parts.value = expression();
  if (accept_word("of")) expect_identifier("a record's name", "write sum(amount of penalty)");
  aggregate_modifiers(parts);
  std::vector<ExprPtr> result;
  result.push_back(std::move(parts.value));
  if (parts.where) result.push_back(std::move(parts.where));
  return result;
}

// Expressions separated by commas, and the symbol that closes them.
std::vector<ExprPtr> Parser::list(std::string_view closing, std::string_view where,
                                  std::string help) {
  std::vector<ExprPtr> items;
  if (accept_symbol(closing)) return items;
  do {
    items.push_back(expression());
  } while (accept_symbol(","));
  expect_symbol(closing, where, std::move(help));
  return items;
}

// ---------------------------------------------------------------- aggregates

bool Parser::at_aggregate() const { return find_aggregate(peek()) != nullptr && at_symbol("(", 1); }

ExprPtr Parser::aggregate() {
  const Token& word = take();
  take();
  Aggregate result;
  result.kind = find_aggregate(word)->kind;
  std::string help = fmt::format("write {}(penalty where … over 1y)", word.text);
  if (takes_value(result.kind)) {
    help = fmt::format("write {}(amount of penalty where … over 1y)", word.text);
    result.value = expression();
    if (!accept_word("of")) fail_expected("`of` and a record's name", help);
  } else if (at_word("of", 1)) {
    fail(kExpected, peek().span, fmt::format("`{}` looks at records and takes no value", word.text),
         fmt::format("{}; to count different values, write distinct(region of penalty)", help));
  }
  const Identifier record = expect_identifier("a record's name", help);
  result.record = record.text;
  result.record_span = record.span;
  aggregate_modifiers(result);
  const Expr* const value = result.value.get();
  const Expr* const where = result.where.get();
  return make(span_from(word.span), std::move(result), {value, where});
}

// where C, over D, over last N, ago D in any order, up to the closing parenthesis.
void Parser::aggregate_modifiers(Aggregate& aggregate) {
  std::vector<std::string> seen;
  while (!accept_symbol(")")) {
    if (aggregate_modifier(aggregate, seen)) continue;
    if (at_any_word({"excluding", "at"})) refuse_stray_detail();
    fail_expected("`)`", "behind the record come where, over, ago and across, and then `)`");
  }
}

bool Parser::aggregate_modifier(Aggregate& aggregate, std::vector<std::string>& seen) {
  const std::string owner = "this aggregate";
  const Token& word = peek();
  if (accept_word("where")) {
    once(seen, word, owner);
    aggregate.where = expression();
  } else if (accept_word("over")) {
    over_modifier(aggregate, seen);
  } else if (accept_word("ago")) {
    once(seen, word, owner);
    aggregate.ago = duration("ago");
  } else if (accept_word("across")) {
    once(seen, word, owner);
    across_modifier(aggregate);
  } else {
    return state_modifier(aggregate, seen);
  }
  return true;
}

// excluding self, at most 100
void Parser::refuse_stray_detail() {
  fail(kExpected, peek().span,
       fmt::format("`{}` stands behind `across`", at_word("at") ? "at most" : "excluding self"),
       "write across control 2 hops excluding self at most 5000");
}

void Parser::over_modifier(Aggregate& aggregate, std::vector<std::string>& seen) {
  Token word = tokens_[pos_ - 1];
  if (at_word("last")) {
    take();
    word.text = "over last";
    aggregate.last_n = number_within(1, limits::kLastNMax, "over last", "write over last 5");
  } else {
    aggregate.over = duration("over");
  }
  once(seen, word, "this aggregate");
}

int64_t Parser::number_within(int64_t least, int64_t most, std::string_view what,
                              std::string help) {
  if (!at(TokenKind::kNumber)) fail_expected(fmt::format("a number behind `{}`", what), help);
  const Token& number = take();
  const int64_t* const count = std::get_if<int64_t>(&number.number);
  if (count != nullptr && *count >= least && *count <= most) return *count;
  report(kTooMany, number.span,
         fmt::format("`{}` takes a whole number from {} to {}", what, least, most),
         std::move(help));
  return least;
}

// LINK [N hops] [excluding self] [at most M], behind `across`
void Parser::across_modifier(Aggregate& aggregate) {
  Across across;
  const Identifier link =
      expect_identifier("a link's name after `across`", "write across control 2 hops");
  across.link = link.text;
  across.link_span = link.span;
  std::vector<std::string> seen;
  while (across_detail(across, seen)) {
  }
  aggregate.across = std::move(across);
}

bool Parser::across_detail(Across& across, std::vector<std::string>& seen) {
  Token word = peek();
  if (at(TokenKind::kNumber) && at_any_word({"hop", "hops"}, 1)) {
    across.hops =
        static_cast<int>(number_within(1, limits::kHopsMax, "hops", "write across control 2 hops"));
    word = take();
    word.text = "hops";
  } else if (at_word("excluding") && at_word("self", 1)) {
    take();
    take();
    across.excluding_self = true;
  } else if (at_word("at") && at_word("most", 1) && !item_) {
    take();
    take();
    across.at_most = number_within(1, limits::kReachNamesMax, "at most",
                                   "write across control 2 hops at most 5000");
    word.text = "at most";
  } else {
    return false;
  }
  once(seen, word, "this `across`");
  return true;
}

}  // namespace tocsin::dsl
