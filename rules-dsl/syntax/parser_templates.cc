// say: a text with {expressions}.
//
// The text is escaped as any other; what stands between braces is decoded first and then read as an
// expression of its own, so that \" begins a text in it. Places of its tokens are those of the
// file.
#include <utility>

#include "rules-dsl/syntax/parser_impl.h"

namespace tocsin::dsl {
namespace {

struct Letter {
  char decoded;
  bool escaped;
  uint32_t next;  // offset behind it
};

// Requires: the lexer accepted the text, so every backslash has a letter behind it.
Letter letter_at(std::string_view source, uint32_t at) {
  if (source[at] != '\\') return {source[at], false, at + 1};
  const char c = source[at + 1];
  return {c == 'n' ? '\n' : c == 't' ? '\t' : c, true, at + 2};
}

// Behind the brace that closes the one before `at`; `end` when there is none.
uint32_t find_closing(std::string_view source, uint32_t at, uint32_t end) {
  int depth = 1;
  while (at < end) {
    const Letter letter = letter_at(source, at);
    at = letter.next;
    if (letter.escaped) continue;
    if (letter.decoded == '{') ++depth;
    if (letter.decoded == '}' && --depth == 0) return at;
  }
  return end;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t") == text.npos; }

}  // namespace

Template Parser::message() {
  expect_text("a text in double quotes", "write say \"{subject} was fined {p.amount}\"");
  Template result;
  result.span = previous_;
  const std::string_view source = sources_.file(previous_.file).text;
  const uint32_t file = previous_.file;
  const uint32_t end = previous_.end - 1;  // the closing quote

  std::string text;
  const auto end_text = [&] {
    if (!text.empty()) result.parts.push_back({std::exchange(text, {}), nullptr});
  };
  for (uint32_t at = previous_.begin + 1; at < end;) {
    const Letter letter = letter_at(source, at);
    if (letter.escaped || (letter.decoded != '{' && letter.decoded != '}')) {
      text += letter.decoded;
      at = letter.next;
      continue;
    }
    const uint32_t close = find_closing(source, letter.next, end);
    const bool closed = letter.decoded == '{' && close > letter.next && source[close - 1] == '}';
    if (!closed) {
      fail(kBadTemplate, {file, at, at + 1}, "this brace has no partner",
           "a brace that is to be shown is written \\{ or \\}");
    }
    end_text();
    if (ExprPtr value = embedded(file, letter.next, close - 1)) {
      result.parts.push_back({"", std::move(value)});
    }
    at = close;
  }
  end_text();
  return result;
}

ExprPtr Parser::embedded(uint32_t file, uint32_t begin, uint32_t end) {
  const std::string_view source = sources_.file(file).text;
  std::string decoded;
  std::vector<uint32_t> places;
  for (uint32_t at = begin; at < end;) {
    const Letter letter = letter_at(source, at);
    decoded += letter.decoded;
    places.push_back(at);
    at = letter.next;
  }
  places.push_back(end);
  if (is_blank(decoded)) {
    report(kBadTemplate, {file, begin - 1, end + 1}, "there is nothing between these braces",
           "write a value, as in {subject}; a brace that is to be shown is written \\{");
    return nullptr;
  }

  const Span around = previous_;
  std::vector<Token> outer = std::exchange(tokens_, lex_part(decoded, places, file, diagnostics_));
  const size_t outer_pos = std::exchange(pos_, 0);
  for (const Token& token : tokens_) damaged_ |= token.mistaken;
  embedded_ = true;
  ExprPtr value;
  try {
    value = expression();
    if (!at_end()) fail_expected("`}` after the value", "one value stands between braces");
  } catch (const Abandon&) {
    value = nullptr;  // reported; the rest of the message is read
  }
  tokens_ = std::move(outer);
  pos_ = outer_pos;
  embedded_ = false;
  previous_ = around;
  return value;
}

}  // namespace tocsin::dsl
