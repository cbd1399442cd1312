// Text to tokens. Comments run from `//` to the line's end.
//
// Identifiers: a letter (Unicode XID-like: ASCII letter, '_', or any code point >= 0x80 that is not
// white space or punctuation of the CJK/general blocks) followed by letters, digits, '_'. Numbers:
// 123, 1.25. A number with a unit is a duration (500ms 10s 5m 2h 30d 2w 3mo 1y). Text in double
// quotes with
// \" \\ \n \t \{ \}. Dates and times in tests: 2025-01-10, 2025-01-10T08:00:00+08:00.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/syntax/diagnostic.h"

namespace tocsin::dsl {

enum class TokenKind : uint8_t {
  kEnd,
  kIdentifier,
  kNumber,
  kDuration,
  kString,
  kTime,
  kSymbol,
  kError
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Span span;
  std::string text;  // identifier, symbol ("{", "<=", "--", ".."), time as written, decoded string
  LiteralValue number;  // kNumber
  Duration duration;    // kDuration
  bool first_on_line = false;
  bool mistaken = false;  // reported already; what was meant, or kError
};

// Ends with one kEnd token. Mistakes are reported and become kError tokens.
// A file that is not UTF-8 gives one mistake and no tokens.
std::vector<Token> lex(const SourceSet& sources, uint32_t file, Diagnostics& diagnostics);

// The same for text that was cut out of a file: byte i of `text` stands at places[i] of it, and
// places[text.size()] is where it ends. Requires: text is UTF-8.
std::vector<Token> lex_part(std::string_view text, const std::vector<uint32_t>& places,
                            uint32_t file, Diagnostics& diagnostics);

// Whether `text` would be read as one identifier.
bool is_identifier(std::string_view text);

}  // namespace tocsin::dsl
