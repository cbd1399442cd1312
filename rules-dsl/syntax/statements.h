// A file as statements: what begins on a line of its own when it is laid out. Inside the formatter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules-dsl/syntax/layout.h"
#include "rules-dsl/syntax/lexer.h"

namespace tocsin::dsl::formatting {

// A comment, or a token as it is written.
struct Piece {
  std::string_view text;
  TokenKind kind = TokenKind::kSymbol;
  bool is_comment = false;
  bool own_line = false;      // of a comment: nothing stands before it on its line
  bool blank_before = false;  // an empty line stands before it
};

enum class StatementKind : uint8_t {
  kHead,   // of a declaration, up to its opening brace
  kItem,   // of its block
  kClose,  // the closing brace, and what leads to another block
  kEnd,    // of the file; it has no pieces
};

struct Statement {
  StatementKind kind = StatementKind::kHead;
  std::string_view declaration;  // its first word: "rule"
  bool opens_block = false;
  std::vector<Piece> leading;  // comments on the lines before
  std::vector<Piece> pieces;   // tokens, and comments between them
  std::string_view trailing;   // comment behind the last token, on its line
};

std::vector<Statement> statements_of(std::string_view text, const std::vector<Token>& tokens,
                                     const FileLayout& layout);

}  // namespace tocsin::dsl::formatting
