#include "rules-dsl/syntax/statements.h"

#include <algorithm>
#include <utility>

namespace tocsin::dsl::formatting {
namespace {

std::string_view without_blanks_behind(std::string_view line) {
  const size_t last = line.find_last_not_of(" \t\r");
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

class StatementReader {
 public:
  StatementReader(std::string_view text, const std::vector<Token>& tokens, const FileLayout& layout)
      : text_(text), tokens_(tokens), layout_(layout) {}

  std::vector<Statement> run() {
    for (const Token& token : tokens_) {
      gap(token.span.begin);
      if (token.kind == TokenKind::kEnd) break;
      take(token);
      at_ = token.span.end;
    }
    begin(StatementKind::kEnd);
    return std::move(statements_);
  }

 private:
  // Collects the comments before the token that begins at `end`.
  void gap(size_t end) {
    size_t line_ends = at_ == 0 ? 1 : 0;
    for (size_t at = at_; at < end; ++at) {
      if (text_[at] == '\n') ++line_ends;
      if (text_[at] != '/') continue;
      const size_t stop = std::min(text_.find('\n', at), end);
      comments_.push_back({without_blanks_behind(text_.substr(at, stop - at)), TokenKind::kEnd,
                           true, line_ends > 0, line_ends > 1});
      line_ends = 0;
      at = stop - 1;
    }
    blank_before_ = line_ends > 1;
  }

  void take(const Token& token) {
    const uint32_t begin_at = token.span.begin;
    const bool opens = is_next(layout_.blocks, block_, begin_at);
    if (is_next(layout_.declarations, declaration_, begin_at)) {
      declaration_word_ = text_.substr(begin_at, token.span.end - begin_at);
      begin(StatementKind::kHead);
    } else if (is_next(layout_.items, item_, begin_at)) {
      begin(StatementKind::kItem);
    } else if (in_block_ && braces_ == 0 && token.text == "}" && token.kind == TokenKind::kSymbol) {
      in_block_ = false;
      begin(StatementKind::kClose);
    } else if (in_block_ && token.kind == TokenKind::kSymbol) {
      if (token.text == "{") ++braces_;
      if (token.text == "}") --braces_;
    }
    Statement& statement = statements_.back();
    for (Piece& comment : comments_) statement.pieces.push_back(comment);
    comments_.clear();
    statement.pieces.push_back({text_.substr(begin_at, token.span.end - begin_at), token.kind,
                                false, false, blank_before_});
    if (!opens) return;
    statement.opens_block = true;
    in_block_ = true;
    braces_ = 0;
  }

  static bool is_next(const std::vector<uint32_t>& places, size_t& next, uint32_t place) {
    if (next == places.size() || places[next] != place) return false;
    ++next;
    return true;
  }

  // Shares out the comments between the statement before and the one that begins.
  void begin(StatementKind kind) {
    if (!statements_.empty()) finish(statements_.back());
    Statement statement;
    statement.kind = kind;
    statement.declaration = declaration_word_;
    for (const Piece& comment : comments_) {
      const bool behind = !comment.own_line && !statements_.empty() &&
                          statements_.back().trailing.empty() && statement.leading.empty();
      if (behind) {
        statements_.back().trailing = comment.text;
      } else {
        statement.leading.push_back(comment);
      }
    }
    comments_.clear();
    statements_.push_back(std::move(statement));
  }

  // A comma at the end of an item says nothing; comments before it are now behind the item.
  void finish(Statement& statement) {
    std::vector<Piece>& pieces = statement.pieces;
    if (statement.kind != StatementKind::kItem || pieces.back().text != ",") return;
    pieces.pop_back();
    auto first = pieces.end();
    while (first != pieces.begin() && std::prev(first)->is_comment) --first;
    comments_.insert(comments_.begin(), first, pieces.end());
    pieces.erase(first, pieces.end());
  }

  const std::string_view text_;
  const std::vector<Token>& tokens_;
  const FileLayout& layout_;
  std::vector<Statement> statements_;
  std::vector<Piece> comments_;  // since the token before
  std::string_view declaration_word_;
  size_t at_ = 0;  // where the token before ended
  size_t declaration_ = 0, block_ = 0, item_ = 0;
  int braces_ = 0;
  bool in_block_ = false;
  bool blank_before_ = false;
};

}  // namespace

std::vector<Statement> statements_of(std::string_view text, const std::vector<Token>& tokens,
                                     const FileLayout& layout) {
  return StatementReader(text, tokens, layout).run();
}

}  // namespace tocsin::dsl::formatting
