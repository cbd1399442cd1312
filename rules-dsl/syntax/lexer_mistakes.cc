// Characters that begin no token: what the author probably meant.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "rules-dsl/syntax/diagnostic_codes.h"
#include "rules-dsl/syntax/lexer_impl.h"

namespace tocsin::dsl {
namespace {

constexpr char32_t kFullWidthFirst = 0xFF01;
constexpr char32_t kFullWidthLast = 0xFF5E;
constexpr char32_t kFullWidthToAscii = 0xFEE0;

struct Habit {
  std::string_view written;
  std::string_view meant;
};
constexpr Habit kHabits[] = {
    // longer ones first
    {"&&", "and"}, {"||", "or"}, {"!", "not"}, {"≥", ">="}, {"≤", "<="},
    {"≠", "!="},   {"、", ","},  {"。", "."},  {"–", "-"},  {"—", "-"},
};

bool is_full_width(char32_t c) { return c >= kFullWidthFirst && c <= kFullWidthLast; }

// Quotes that stand in pairs; the closing one of each.
std::string_view closing_quote(std::string_view at) {
  if (at.starts_with("“") || at.starts_with("”")) return "”";
  if (at.starts_with("‘")) return "’";
  if (at.starts_with("'")) return "'";
  return "";
}

}  // namespace

void Lexer::mistake() {
  const size_t begin = at_;
  if (!closing_quote(text_.substr(at_)).empty()) return single_quoted_text();
  if (is_full_width(here().value)) return full_width();

  const auto* habit = std::find_if(std::begin(kHabits), std::end(kHabits),
                                   [this](const Habit& h) { return starts_with(h.written); });
  if (habit != std::end(kHabits)) {
    at_ += habit->written.size();
    report(kBadCharacter, begin, fmt::format("`{}` is not part of the language", habit->written),
           fmt::format("write `{}`", habit->meant), std::string(habit->meant));
    const bool word = is_identifier(habit->meant);
    push_meant(word ? TokenKind::kIdentifier : TokenKind::kSymbol, begin).text = habit->meant;
  } else if (peek() == '#') {
    at_ = std::min(text_.find('\n', at_), text_.size());
    report(kBadCharacter, begin, "`#` does not begin a comment", "comments begin with //");
  } else if (peek() == ';') {
    ++at_;
    report(kBadCharacter, begin, "`;` has no meaning here",
           "leave it out; clauses are separated by blanks or line ends");
  } else {
    stray_characters();
  }
}

void Lexer::single_quoted_text() {
  const size_t begin = at_;
  const std::string_view closing = closing_quote(text_.substr(at_));
  at_ += here().length;
  const size_t inner = at_;
  const size_t line_end = std::min(text_.find('\n', at_), text_.size());
  const size_t end = text_.find(closing, at_);
  const std::string content(text_.substr(inner, std::min(end, line_end) - inner));
  const char* const message = "a text stands in plain double quotes";
  if (end >= line_end || content.find_first_of("\"\\") != std::string::npos) {
    at_ = line_end;
    fail(kBadCharacter, begin, message, "write \" at both ends");
    return;
  }
  at_ = end + closing.size();
  report(kBadCharacter, begin, message, fmt::format("write \"{}\"", content),
         fmt::format("\"{}\"", content));
  push_meant(TokenKind::kString, begin).text = content;
}

void Lexer::full_width() {
  const size_t begin = at_;
  std::string plain;
  while (!at_end() && is_full_width(here().value)) {
    plain += static_cast<char>(here().value - kFullWidthToAscii);
    at_ += here().length;
  }
  report(kBadCharacter, begin,
         fmt::format("`{}` is written with full-width characters", since(begin)),
         fmt::format("switch the input method to half-width and write `{}`", plain), plain);
  const bool bracket_or_comma = plain.size() == 1 && plain.find_first_of("(){}[],<>=") == 0;
  push_meant(bracket_or_comma ? TokenKind::kSymbol : TokenKind::kError, begin).text = plain;
}

void Lexer::stray_characters() {
  const size_t begin = at_;
  do {
    at_ += here().length;
  } while (!at_end() && static_cast<unsigned char>(peek()) >= 0x80 && !is_name_part(here().value));
  fail(kBadCharacter, begin, fmt::format("`{}` has no meaning here", since(begin)),
       "leave it out, or put it into a text in double quotes");
}

}  // namespace tocsin::dsl
