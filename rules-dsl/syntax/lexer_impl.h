// Inside the lexer; nobody else includes this.
//
// lexer.cc holds the walk, names and symbols; lexer_literals.cc numbers, spans, times and texts;
// lexer_mistakes.cc the characters that people type by accident.
#pragma once

#include "rules-dsl/syntax/lexer.h"
#include "rules-dsl/syntax/utf8.h"

namespace tocsin::dsl {

bool is_digit(char c);
bool is_name_start(char32_t c);
bool is_name_part(char32_t c);

class Lexer {
 public:
  // `places` as in lex_part(); null when `text` is the whole file.
  Lexer(std::string_view text, const std::vector<uint32_t>* places, uint32_t file,
        Diagnostics& diagnostics)
      : text_(text), places_(places), file_(file), diagnostics_(diagnostics) {}

  std::vector<Token> run();

 private:
  // Blanks, line ends and comments. Remembers whether a line end was among them.
  void skip_blanks();
  void scan();
  void name();
  void symbol();
  void row_end();

  void number();
  void plain_number(size_t begin);
  void duration(size_t begin);
  void whole_duration(size_t begin, std::string_view digits, DurationUnit unit);
  void misspelt_duration(size_t begin, std::string_view digits, std::string_view word);
  bool at_time() const;
  void time();
  void text();
  // One escape, at a backslash; appends what it stands for.
  void escape(std::string& decoded);

  // A character that begins no token: says what to write instead.
  void mistake();
  void single_quoted_text();
  void full_width();
  void stray_characters();

  bool at_end() const { return at_ >= text_.size(); }
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  CodePoint here() const { return decode_utf8(text_, at_); }
  bool starts_with(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }
  // Moves over letters, digits and '_'.
  void skip_name_parts();
  std::string_view since(size_t begin) const { return text_.substr(begin, at_ - begin); }

  Span span(size_t begin, size_t end) const;
  // Adds the token that began at `begin` and ends here.
  Token& push(TokenKind kind, size_t begin);
  // The same after report(): the token that was meant.
  Token& push_meant(TokenKind kind, size_t begin);
  // Reports a mistake about what was read since `begin`, and adds a kError token for it.
  void fail(const char* code, size_t begin, std::string message, std::string help,
            std::string fix = "");
  // Reports it only; the caller adds the token that was meant, so that the parse goes on.
  void report(const char* code, size_t begin, std::string message, std::string help,
              std::string fix = "");

  std::string_view text_;
  const std::vector<uint32_t>* places_;
  uint32_t file_;
  Diagnostics& diagnostics_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  bool first_on_line_ = true;
  bool in_rows_ = false;  // between the braces of `rows { … }`
};

}  // namespace tocsin::dsl
