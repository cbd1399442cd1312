#include "rules-dsl/syntax/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/lexer_impl.h"
#include "rules-dsl/syntax/parser_impl.h"
#include "rules-dsl/syntax/utf8.h"

namespace tocsin::dsl {
namespace {

constexpr size_t kShownLettersMax = 40;  // of a text in a message

std::string shorten(std::string_view text) {
  size_t at = 0;
  for (size_t letters = 0; at < text.size() && letters < kShownLettersMax; ++letters) {
    at += decode_utf8(text, at).length;
  }
  return at < text.size() ? std::string(text.substr(0, at)) + "…" : std::string(text);
}

bool is_symbol(const Token& token, std::string_view symbol) {
  return token.kind == TokenKind::kSymbol && token.text == symbol;
}

bool is_reserved(std::string_view word) {
  constexpr std::string_view words[] = {"and", "false", "in", "is", "not", "or", "true"};
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

template <typename Declarations>
void truncate(Declarations& declarations, size_t size) {
  declarations.erase(declarations.begin() + static_cast<std::ptrdiff_t>(size), declarations.end());
}

// Of what all files have together.
template <class Declaration>
void limit_count(const std::vector<Declaration>& declared, const char* what, size_t count_max,
                 Diagnostics& diagnostics) {
  if (declared.size() <= count_max) return;
  diagnostics.add({kTooMany, Severity::kError, declared[count_max].name.span,
                   fmt::format("the policy has {} {}, more than the {} allowed", declared.size(),
                               what, count_max),
                   "split it into several policies", ""});
}

bool is_declaration_word(const Token& token) {
  constexpr std::string_view words[] = {"policy", "record", "profile", "let",    "rule",   "test",
                                        "table",  "link",   "score",   "sample", "publish"};
  return token.kind == TokenKind::kIdentifier &&
         std::find(std::begin(words), std::end(words), token.text) != std::end(words);
}

}  // namespace

// ---------------------------------------------------------------- tokens

const Token& Parser::take() {
  const Token& taken = peek();
  previous_ = taken.span;
  if (!at_end()) ++pos_;
  return taken;
}

bool Parser::at_word(std::string_view word, size_t ahead) const {
  return at(TokenKind::kIdentifier, ahead) && peek(ahead).text == word;
}

bool Parser::at_any_word(std::initializer_list<std::string_view> words, size_t ahead) const {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return at_word(word, ahead); });
}

bool Parser::at_symbol(std::string_view symbol, size_t ahead) const {
  return is_symbol(peek(ahead), symbol);
}

bool Parser::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  take();
  return true;
}

bool Parser::accept_symbol(std::string_view symbol) {
  if (!at_symbol(symbol)) return false;
  take();
  return true;
}

Span Parser::span_from(const Span& begin) const {
  return {begin.file, begin.begin, std::max(begin.end, previous_.end)};
}

// ---------------------------------------------------------------- mistakes

void Parser::report(const char* code, Span span, std::string message, std::string help,
                    std::string fix) {
  if (muted_) return;
  damaged_ = true;
  policy_.damage.any = true;
  diagnostics_.add(
      {code, Severity::kError, span, std::move(message), std::move(help), std::move(fix)});
}

void Parser::fail(const char* code, Span span, std::string message, std::string help,
                  std::string fix) {
  report(code, span, std::move(message), std::move(help), std::move(fix));
  throw Abandon{};
}

void Parser::fail_expected(std::string_view what, std::string help) {
  if (peek().mistaken) throw Abandon{};
  fail(kExpected, peek().span, fmt::format("expected {}, found {}", what, describe(peek())),
       std::move(help));
}

void Parser::once(std::vector<std::string>& seen, const Token& word, std::string_view owner) {
  if (std::find(seen.begin(), seen.end(), word.text) != seen.end()) {
    report(kRepeated, word.span, fmt::format("`{}` appears twice in {}", word.text, owner),
           "keep one of them");
  }
  seen.push_back(word.text);
}

std::string Parser::describe(const Token& token) const {
  switch (token.kind) {
    case TokenKind::kEnd:
      return embedded_ ? "the closing brace" : "the end of the file";
    case TokenKind::kString:
      return fmt::format("the text \"{}\"", shorten(token.text));
    case TokenKind::kNumber:
    case TokenKind::kDuration:
      return fmt::format("`{}`", sources_.text(token.span));
    default:
      return fmt::format("`{}`", shorten(token.text));
  }
}

void Parser::expect_symbol(std::string_view symbol, std::string_view where, std::string help) {
  if (!accept_symbol(symbol)) fail_expected(fmt::format("`{}` {}", symbol, where), std::move(help));
}

Identifier Parser::expect_identifier(std::string_view what, std::string help) {
  if (!at(TokenKind::kIdentifier)) fail_expected(what, std::move(help));
  const Token& name = take();
  return {name.text, name.span};
}

Identifier Parser::declared_name(std::string_view what, std::string help) {
  if (!at(TokenKind::kIdentifier)) policy_.damage.everything = true;  // whatever it was to declare
  Identifier name = expect_identifier(what, std::move(help));
  if (is_reserved(name.text)) {
    report(kReservedName, name.span,
           fmt::format("`{}` is a word of the language and cannot be a name", name.text),
           fmt::format("choose another, such as `{}_`", name.text));
  }
  return name;
}

std::string Parser::expect_text(std::string_view what, std::string help) {
  if (!at(TokenKind::kString)) fail_expected(what, std::move(help));
  return take().text;
}

std::string Parser::optional_text() { return at(TokenKind::kString) ? take().text : std::string(); }

// ---------------------------------------------------------------- blocks and recovery

bool Parser::block(const Block& block) {
  expect_symbol("{", fmt::format("to begin {}", block.owner),
                "its contents stand in braces: { … }");
  const Span opening = previous_;
  const Within within(block_depth_);
  const bool outermost = block_depth_ == 1 && layout_ != nullptr;
  if (outermost) layout_->blocks.push_back(opening.begin);
  bool complete = true;
  while (!accept_symbol("}")) {
    const bool ends = block.ends != nullptr && (this->*block.ends)(pos_);
    if (at_end() || is_declaration(pos_) || ends) {
      if (complete) {
        report(kExpected, opening, fmt::format("the `{{` of {} is never closed", block.owner),
               "add a `}` at its end");
      }
      return false;
    }
    const size_t start = pos_;
    if (outermost) layout_->items.push_back(peek().span.begin);
    try {
      block.item();
    } catch (const Abandon&) {
      complete = false;
      damaged_ = true;
      recover(start, block);
    }
    if (block.commas) accept_symbol(",");
  }
  return complete;
}

void Parser::recover(size_t start, const Block& block) {
  const size_t resume = std::max(pos_, start + 1);
  int braces = 0;
  int parentheses = 0;
  size_t i = start;
  for (; token(i).kind != TokenKind::kEnd; ++i) {
    const Token& t = token(i);
    if (i >= resume && is_declaration(i) && (braces == 0 || t.first_on_line)) break;
    if (i >= resume && braces == 0) {
      if (is_symbol(t, "}") || (this->*block.boundary)(i, parentheses > 0)) break;
    }
    if (is_symbol(t, "{")) ++braces;
    if (is_symbol(t, "}")) braces = std::max(braces - 1, 0);
    if (is_symbol(t, "(") || is_symbol(t, "[")) ++parentheses;
    if (is_symbol(t, ")") || is_symbol(t, "]")) parentheses = std::max(parentheses - 1, 0);
  }
  pos_ = i;
}

void Parser::recover_declaration(size_t start) {
  const size_t resume = std::max(pos_, start + 1);
  int braces = 0;
  size_t i = start;
  for (; token(i).kind != TokenKind::kEnd; ++i) {
    const Token& t = token(i);
    const bool outside = braces == 0 && t.first_on_line && is_declaration_word(t);
    if (i >= resume && (outside || is_declaration(i))) break;
    if (is_symbol(t, "{")) ++braces;
    if (is_symbol(t, "}")) braces = std::max(braces - 1, 0);
  }
  pos_ = i;
}

bool Parser::is_declaration(size_t index) const {
  const Token& first = token(index);
  if (first.kind != TokenKind::kIdentifier) return false;
  const Token& second = token(index + 1);
  const Token& third = token(index + 2);
  const std::string& word = first.text;
  if (word == "profile") return is_symbol(second, "{");
  if (word == "policy" || word == "test") {
    return second.kind == TokenKind::kString && is_symbol(third, "{");
  }
  if (second.kind != TokenKind::kIdentifier) return false;
  if (word == "let") return is_symbol(third, "=");
  if (word == "table") {
    return third.kind == TokenKind::kIdentifier && (third.text == "from" || third.text == "key");
  }
  if (word == "publish" && third.text == "every") return true;
  const bool opens = is_symbol(third, "{") || third.kind == TokenKind::kString;
  return opens && (word == "record" || word == "rule" || word == "link" || word == "score" ||
                   word == "sample" || word == "publish");
}

bool Parser::line_boundary(size_t index, bool) const { return token(index).first_on_line; }

bool Parser::value_boundary(size_t index, bool nested) const {
  return token(index).first_on_line || (!nested && is_symbol(token(index - 1), ","));
}

// ---------------------------------------------------------------- files

void Parser::parse_file(uint32_t file) {
  tokens_ = lex(sources_, file, diagnostics_);
  pos_ = 0;
  if (find_invalid_utf8(sources_.file(file).text) != std::string_view::npos) {
    policy_.damage.any = policy_.damage.everything = true;
  }
  last_ = mark();
  if (layouts_ != nullptr) layout_ = &layouts_->emplace_back();
  while (!at_end()) next_declaration();
}

void Parser::next_declaration() {
  const size_t start = pos_;
  if (layout_ != nullptr) layout_->declarations.push_back(peek().span.begin);
  const Mark before = mark();
  damaged_ = false;
  try {
    declaration();
  } catch (const Abandon&) {
    damaged_ = true;
    recover_declaration(start);
  }
  for (size_t i = start; i < pos_; ++i) damaged_ |= token(i).mistaken;
  // What begins no declaration may belong to the one before: `let a = b 3`.
  const bool on_its_own =
      token(start).first_on_line && (is_declaration(start) || is_misspelt(start));
  if (!damaged_ || on_its_own) last_ = before;
  if (damaged_) leave_out(last_);
}

Parser::Mark Parser::mark() const {
  return {.token = pos_,
          .records = policy_.records.size(),
          .clauses = policy_.profile.clauses.size(),
          .links = policy_.links.size(),
          .tables = policy_.tables.size(),
          .lets = policy_.lets.size(),
          .rules = policy_.rules.size(),
          .scores = policy_.scores.size(),
          .publishes = policy_.publishes.size(),
          .samples = policy_.samples.size(),
          .tests = policy_.tests.size()};
}

void Parser::leave_out(const Mark& from) {
  truncate(policy_.records, from.records);
  truncate(policy_.profile.clauses, from.clauses);
  truncate(policy_.links, from.links);
  truncate(policy_.tables, from.tables);
  truncate(policy_.lets, from.lets);
  truncate(policy_.rules, from.rules);
  truncate(policy_.scores, from.scores);
  truncate(policy_.publishes, from.publishes);
  truncate(policy_.samples, from.samples);
  truncate(policy_.tests, from.tests);
  note_damage(from.token);
}

// `lett a = …`, `rul a {`: the word may be misspelt, but what follows is a declaration.
bool Parser::is_misspelt(size_t index) const {
  const Token& third = token(index + 2);
  return token(index).kind == TokenKind::kIdentifier &&
         token(index + 1).kind == TokenKind::kIdentifier &&
         (third.kind == TokenKind::kString || is_symbol(third, "{") || is_symbol(third, "="));
}

// Every word from `start` to here, in texts and comments too: a mistake may have hidden where they
// end.
void Parser::note_damage(size_t start) {
  Damage& damage = policy_.damage;
  damage.any = true;
  const Span& first = token(start).span;
  const std::string_view text =
      std::string_view(sources_.file(first.file).text).substr(0, token(pos_ - 1).span.end);
  size_t word = first.begin;
  for (size_t at = first.begin; at < text.size();) {
    const CodePoint c = decode_utf8(text, at);
    if (!is_name_part(c.value)) {
      damage.names.emplace(text.substr(word, at - word));
      word = at + c.length;
    }
    at += c.length;
  }
  damage.names.emplace(text.substr(word));
  for (size_t i = start; i < pos_; ++i) damage.names.insert(token(i).text);
  damage.names.erase("");
}

Policy parse(const SourceSet& sources, Diagnostics& diagnostics, Layout* layout) {
  Policy policy;
  size_t bytes = 0;
  for (uint32_t file = 0; file < sources.size(); ++file) bytes += sources.file(file).text.size();
  if (bytes > limits::kPolicyBytesMax) {
    diagnostics.add({kPolicyTooLarge,
                     Severity::kError,
                     {},
                     fmt::format("the policy has {} bytes, more than the {} allowed", bytes,
                                 limits::kPolicyBytesMax),
                     "split it into several policies",
                     ""});
    return policy;
  }

  Parser parser(sources, diagnostics, policy, layout);
  for (uint32_t file = 0; file < sources.size(); ++file) parser.parse_file(file);
  limit_count(policy.records, "record types", limits::kRecordTypesMax, diagnostics);
  limit_count(policy.rules, "rules", limits::kRulesMax, diagnostics);
  if (policy.levels.empty()) {
    for (const char* level : {"blue", "yellow", "orange", "red"}) {
      policy.levels.push_back({level, {}});
    }
  }
  return policy;
}

}  // namespace tocsin::dsl
