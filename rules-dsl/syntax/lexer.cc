#include "rules-dsl/syntax/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/diagnostic_codes.h"
#include "rules-dsl/syntax/lexer_impl.h"

namespace tocsin::dsl {
namespace {

constexpr char32_t kNoBreakSpace = 0xA0;
constexpr char32_t kIdeographicSpace = 0x3000;

constexpr std::string_view kSymbols[] = {
    // longer ones first
    "<=", ">=", "==", "!=", "??", "--", "..", "{", "}", "(", ")", "[",
    "]",  ",",  ".",  ":",  "<",  ">",  "+",  "-", "*", "/", "=", "%",
};

bool is_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Punctuation and symbols beyond ASCII. Everything else there counts as a letter, so that names may
// be in any script.
bool is_foreign_punctuation(char32_t c) {
  if (c < 0xC0) return c != 0xAA && c != 0xB5 && c != 0xBA;
  return c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x206F) || (c >= 0x2190 && c <= 0x2BFF) ||
         (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) || c == 0x3030 ||
         (c >= 0xE000 && c <= 0xF8FF) || (c >= 0xFE00 && c <= 0xFE6F) || c == 0xFEFF ||
         (c >= 0xFF00 && c <= 0xFF65) || (c >= 0xFFE0 && c <= 0xFFFF);
}

}  // namespace

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name_start(char32_t c) { return c < 0x80 ? is_letter(c) : !is_foreign_punctuation(c); }

bool is_name_part(char32_t c) { return is_name_start(c) || (c >= '0' && c <= '9'); }

std::vector<Token> Lexer::run() {
  for (skip_blanks(); !at_end(); skip_blanks()) scan();
  push(TokenKind::kEnd, at_);
  return std::move(tokens_);
}

void Lexer::skip_blanks() {
  while (!at_end()) {
    if (starts_with("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      continue;
    }
    const CodePoint c = here();
    const bool blank = c.value == ' ' || c.value == '\t' || c.value == '\r' || c.value == '\n' ||
                       c.value == kNoBreakSpace || c.value == kIdeographicSpace;
    if (!blank) return;
    if (c.value == '\n') first_on_line_ = true;
    at_ += c.length;
  }
}

void Lexer::scan() {
  if (is_digit(peek())) {
    number();
  } else if (peek() == '"') {
    text();
  } else if (is_name_start(here().value)) {
    name();
  } else {
    symbol();
  }
}

void Lexer::name() {
  const size_t begin = at_;
  skip_name_parts();
  if (at_ - begin > limits::kNameBytesMax) {
    fail(kNameTooLong, begin,
         fmt::format("this name has {} bytes, more than the {} allowed", at_ - begin,
                     limits::kNameBytesMax),
         "choose a shorter name; the title may be as long as you like");
    return;
  }
  push(TokenKind::kIdentifier, begin).text = since(begin);
}

// `;` separates the rows of a table, and nothing else.
void Lexer::row_end() {
  const size_t begin = at_++;
  push(TokenKind::kSymbol, begin).text = ";";
}

void Lexer::symbol() {
  if (peek() == ';' && in_rows_) return row_end();
  const auto* known = std::find_if(std::begin(kSymbols), std::end(kSymbols),
                                   [this](std::string_view s) { return starts_with(s); });
  if (known == std::end(kSymbols)) {
    mistake();
    return;
  }
  const size_t begin = at_;
  at_ += known->size();
  push(TokenKind::kSymbol, begin).text = *known;
  const size_t before = tokens_.size() - 1;
  if (*known == "{") in_rows_ = before > 0 && tokens_[before - 1].text == "rows";
  if (*known == "}") in_rows_ = false;
}

void Lexer::skip_name_parts() {
  while (!at_end() && is_name_part(here().value)) at_ += here().length;
}

Span Lexer::span(size_t begin, size_t end) const {
  if (places_ == nullptr) {
    return {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  return {file_, (*places_)[begin], (*places_)[end]};
}

Token& Lexer::push(TokenKind kind, size_t begin) {
  Token& token = tokens_.emplace_back();
  token.kind = kind;
  token.span = span(begin, at_);
  token.first_on_line = std::exchange(first_on_line_, false);
  return token;
}

void Lexer::fail(const char* code, size_t begin, std::string message, std::string help,
                 std::string fix) {
  report(code, begin, std::move(message), std::move(help), std::move(fix));
  push_meant(TokenKind::kError, begin);
}

Token& Lexer::push_meant(TokenKind kind, size_t begin) {
  Token& token = push(kind, begin);
  token.mistaken = true;
  return token;
}

void Lexer::report(const char* code, size_t begin, std::string message, std::string help,
                   std::string fix) {
  diagnostics_.add({code, Severity::kError, span(begin, at_), std::move(message), std::move(help),
                    std::move(fix)});
}

std::vector<Token> lex(const SourceSet& sources, uint32_t file, Diagnostics& diagnostics) {
  const std::string_view text = sources.file(file).text;
  const size_t invalid = find_invalid_utf8(text);
  if (invalid == std::string_view::npos) return Lexer(text, nullptr, file, diagnostics).run();

  const auto at = static_cast<uint32_t>(invalid);
  diagnostics.add({kBadEncoding,
                   Severity::kError,
                   {file, at, at + 1},
                   "this file is not UTF-8 text",
                   "save it with the encoding UTF-8; many editors ask for it under “Save as”",
                   ""});
  Token end;
  end.span = {file, at, at};
  return {end};
}

std::vector<Token> lex_part(std::string_view text, const std::vector<uint32_t>& places,
                            uint32_t file, Diagnostics& diagnostics) {
  return Lexer(text, &places, file, diagnostics).run();
}

bool is_identifier(std::string_view text) {
  if (text.empty() || !is_name_start(decode_utf8(text, 0).value)) return false;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decode_utf8(text, at);
    if (!c.valid || !is_name_part(c.value)) return false;
    at += c.length;
  }
  return text.size() <= limits::kNameBytesMax;
}

}  // namespace tocsin::dsl
