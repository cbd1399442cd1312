#include "rules-dsl/syntax/formatter.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "rules-dsl/syntax/statements.h"
#include "rules-dsl/syntax/utf8.h"

namespace tocsin::dsl {
namespace {

using formatting::Piece;
using formatting::Statement;
using formatting::StatementKind;

constexpr size_t kIndent = 2;
constexpr size_t kFurther = 4;          // of the lines on which a statement goes on
constexpr size_t kAlignedWordMax = 20;  // longer first words stand outside of the column
constexpr size_t kAlignedLetMax = 50;
constexpr char32_t kFirstWide = 0x2E80;  // of East Asian letters, which take two columns

// Words behind which a value begins: `(` and a sign do not stick to them.
bool begins_value(std::string_view word) {
  constexpr std::string_view words[] = {
      "and", "or",  "not",   "in", "where", "while", "when",    "before", "per",  "of",  "by",
      "for", "add", "until", "at", "most",  "start", "between", "due",    "with", "from"};
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool is_one_of(std::string_view text, std::string_view symbols) {
  return text.size() == 1 && symbols.find(text) != std::string_view::npos;
}

size_t columns(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decode_utf8(text, at);
    count += c.value >= kFirstWide ? 2 : 1;
    at += c.length;
  }
  return count;
}

// A token of a statement, with the space before it and its depth in brackets.
struct Word {
  std::string text;
  bool space_before = false;
  size_t depth = 0;
};

class Spacing {
 public:
  explicit Spacing(bool signs_alone) : signs_alone_(signs_alone) {}

  Word next(const Piece& piece) {
    const bool symbol = piece.kind == TokenKind::kSymbol;
    const bool closes = symbol && is_one_of(piece.text, ")]}");
    Word word{.text = std::string(piece.text),
              .space_before = space_before(piece, symbol),
              .depth = closes && depth_ > 0 ? depth_ - 1 : depth_};
    if (symbol && piece.text == "{") tight_.push_back(before_.text == "in");
    if (symbol && piece.text == "}" && !tight_.empty()) tight_.pop_back();
    if (symbol && is_one_of(piece.text, "([{")) ++depth_;
    if (closes && depth_ > 0) --depth_;
    before_is_sign_ = symbol && is_one_of(piece.text, "+-") && is_sign();
    before_ = piece;
    first_ = false;
    return word;
  }

 private:
  bool space_before(const Piece& piece, bool symbol) const {
    if (first_) return false;
    const bool after_symbol = before_.kind == TokenKind::kSymbol;
    if (symbol && is_one_of(piece.text, ",).]:%")) return false;
    if (after_symbol && is_one_of(before_.text, "([.")) return false;
    if (before_is_sign_) return piece.text == "-";
    const bool name_before = before_.kind == TokenKind::kIdentifier && !begins_value(before_.text);
    if (symbol && is_one_of(piece.text, "([")) return !name_before;
    if (symbol && piece.text == "}") return tight_.empty() || !tight_.back();
    if (after_symbol && before_.text == "{") return tight_.empty() || !tight_.back();
    return true;
  }

  // Whether a + or - that comes now belongs to the value behind it.
  bool is_sign() const {
    if (first_ || signs_alone_) return true;
    if (before_.kind == TokenKind::kIdentifier) return begins_value(before_.text);
    return before_.kind == TokenKind::kSymbol && !is_one_of(before_.text, ")]}%");
  }

  const bool signs_alone_;  // as in tests: there is no arithmetic
  Piece before_;
  bool before_is_sign_ = false;
  bool first_ = true;
  size_t depth_ = 0;
  std::vector<bool> tight_;  // by open brace
};

using Words = std::vector<Word>;

// Breaks what is too long: at the outermost place of the first kind that there is.
class Wrapper {
 public:
  // `further`: where the lines behind the first begin.
  Wrapper(const Words& words, size_t indent, size_t further, size_t columns_max)
      : words_(words), columns_max_(columns_max) {
    wrap(0, words.size(), indent, further);
  }

  std::vector<std::string> lines;

 private:
  using Breaks = bool (*)(const Words& words, size_t at);

  std::string flat(size_t begin, size_t end) const {
    std::string text;
    for (size_t i = begin; i < end; ++i) {
      if (i > begin && words_[i].space_before) text += ' ';
      text += words_[i].text;
    }
    return text;
  }

  // What the first line goes on with stands at `further`, parts of parts deeper still.
  void wrap(size_t begin, size_t end, size_t indent, size_t further) {
    const std::string text = std::string(indent, ' ') + flat(begin, end);
    std::vector<size_t> cuts;
    if (columns(text) > columns_max_) cuts = cuts_of(begin, end);
    if (!cuts.empty() && fills(cuts.front())) cuts = filled(begin, end, cuts, indent, further);
    if (cuts.empty()) {
      lines.push_back(text);
      return;
    }
    wrap(begin, cuts.front(), indent, further + kIndent);
    for (size_t i = 0; i < cuts.size(); ++i) {
      wrap(cuts[i], i + 1 < cuts.size() ? cuts[i + 1] : end, further, further + kIndent);
    }
  }

  // Lists fill their lines; conditions stand one below the other.
  bool fills(size_t cut) const {
    return words_[cut - 1].text == "," || words_[cut].text == "<" || words_[cut].text == "+";
  }

  // Of the cuts those where the next part does not fit on the line any more.
  std::vector<size_t> filled(size_t begin, size_t end, const std::vector<size_t>& cuts,
                             size_t indent, size_t further) const {
    std::vector<size_t> kept;
    size_t line = begin;
    for (size_t i = 0; i < cuts.size(); ++i) {
      const size_t next = i + 1 < cuts.size() ? cuts[i + 1] : end;
      const size_t here = line == begin ? indent : further;
      if (here + columns(flat(line, next)) <= columns_max_) continue;
      kept.push_back(cuts[i]);
      line = cuts[i];
    }
    return kept;
  }

  std::vector<size_t> cuts_of(size_t begin, size_t end) const {
    static constexpr std::array<Breaks, 6> kinds = {
        [](const Words& w, size_t at) { return w[at].text == "where"; },
        [](const Words& w, size_t at) { return w[at - 1].text == ","; },
        [](const Words& w, size_t at) { return w[at].text == "or"; },
        [](const Words& w, size_t at) { return w[at].text == "and"; },
        [](const Words& w, size_t at) { return w[at].text == "<"; },
        [](const Words& w, size_t at) { return w[at].text == "+" && w[at].space_before; }};
    size_t deepest = 0;
    for (size_t i = begin; i < end; ++i) deepest = std::max(deepest, words_[i].depth);
    for (size_t depth = 0; depth <= deepest; ++depth) {
      for (const Breaks breaks : kinds) {
        std::vector<size_t> cuts;
        for (size_t i = begin + 1; i < end; ++i) {
          if (words_[i].depth == depth && breaks(words_, i)) cuts.push_back(i);
        }
        if (!cuts.empty()) return cuts;
      }
    }
    return {};
  }

  const Words& words_;
  const size_t columns_max_;
};

class Formatter {
 public:
  explicit Formatter(std::vector<Statement> statements) : statements_(std::move(statements)) {}

  std::string run() {
    for (size_t i = 0; i < statements_.size(); ++i) {
      if (i == 0 || !is_aligned_with(i - 1, i)) align(i);
      write(i);
    }
    return std::move(out_);
  }

 private:
  static bool is_let(const Statement& statement) { return statement.declaration == "let"; }

  bool blank_before(size_t index) const {
    const Statement& statement = statements_[index];
    return statement.kind != StatementKind::kEnd && statement.pieces.front().blank_before;
  }

  // Whether an empty line parts the statement, its comments included, from the one before.
  bool parted(size_t index) const {
    if (index == 0) return false;
    const Statement& statement = statements_[index];
    const Statement& before = statements_[index - 1];
    const bool asked =
        statement.leading.empty() ? blank_before(index) : statement.leading.front().blank_before;
    switch (statement.kind) {
      case StatementKind::kHead:
        return asked || !(is_let(statement) && is_let(before));
      case StatementKind::kItem:
        return asked && !before.opens_block;
      case StatementKind::kClose:
        return asked && !statement.leading.empty() && !before.opens_block;
      case StatementKind::kEnd:
        return asked;
    }
    return false;
  }

  // How many words come before the column in which values stand; 0: it is in no column.
  static size_t key_words(const Statement& statement) {
    const std::vector<Piece>& pieces = statement.pieces;
    const bool item = statement.kind == StatementKind::kItem && statement.declaration != "test";
    if (!item && !(statement.kind == StatementKind::kHead && is_let(statement))) return 0;
    const auto is_word = [&](size_t i) {
      return i < pieces.size() && pieces[i].kind == TokenKind::kIdentifier;
    };
    const auto is = [&](size_t i, std::string_view text) {
      return i < pieces.size() && pieces[i].text == text;
    };
    if (is(0, "once") && is(1, "per")) return 0;  // it would part the others from their values
    size_t count = is_let(statement) ? 2 : 1;
    const bool pair = (is(0, "then") && is(1, "no")) || (is(0, "on") && is(1, "each"));
    if (item && pair && is_word(2) && is_word(3)) count = 2;
    if (pieces.size() <= count || pieces.front().kind != TokenKind::kIdentifier) return 0;
    const bool commented = std::any_of(pieces.begin(), pieces.begin() + count + 1,
                                       [](const Piece& piece) { return piece.is_comment; });
    return commented || is_one_of(pieces[count].text, ",.:([") ? 0 : count;
  }

  static std::string key_of(const Statement& statement) {
    std::string key;
    for (size_t i = 0; i < key_words(statement); ++i) {
      key += (i > 0 ? " " : "") + std::string(statement.pieces[i].text);
    }
    const size_t most = is_let(statement) ? kAlignedLetMax : kAlignedWordMax;
    return columns(key) <= most ? key : std::string();
  }

  bool is_aligned_with(size_t before, size_t index) const {
    const Statement& statement = statements_[index];
    const bool head = statement.kind == StatementKind::kHead;
    return statement.kind == statements_[before].kind &&
           (statement.kind == StatementKind::kItem ||
            (head && is_let(statement) && is_let(statements_[before]))) &&
           statement.leading.empty() && !parted(index);
  }

  // Finds the column for the statements that follow without a gap.
  void align(size_t first) {
    column_ = 0;
    for (size_t i = first; i < statements_.size(); ++i) {
      if (i > first && !is_aligned_with(i - 1, i)) return;
      column_ = std::max(column_, columns(key_of(statements_[i])));
    }
  }

  Words words_of(const Statement& statement) const {
    Spacing spacing(statement.declaration == "test");
    Words words;
    for (const Piece& piece : statement.pieces) {
      if (!piece.is_comment) words.push_back(spacing.next(piece));
    }
    const std::string key = key_of(statement);
    if (key.empty()) return words;
    words[key_words(statement) - 1].text.append(column_ - columns(key), ' ');
    return words;
  }

  void line(size_t indent, std::string_view text) {
    out_.append(indent, ' ').append(text).append("\n");
  }

  void comment(const Piece& comment, size_t indent, bool blank) {
    if (blank) out_ += '\n';
    line(indent, comment.text);
  }

  void behind(std::string_view comment) {
    out_.pop_back();
    out_.append("  ").append(comment).append("\n");
  }

  void write(size_t index) {
    const Statement& statement = statements_[index];
    const bool item = statement.kind == StatementKind::kItem;
    const bool close = statement.kind == StatementKind::kClose;
    for (size_t i = 0; i < statement.leading.size(); ++i) {
      const Piece& piece = statement.leading[i];
      comment(piece, item || close ? kIndent : 0, i == 0 ? parted(index) : piece.blank_before);
    }
    if (statement.kind == StatementKind::kEnd) return;
    const bool blank = statement.leading.empty() ? parted(index) : blank_before(index) && !close;
    if (blank) out_ += '\n';
    write_pieces(statement, item ? kIndent : 0);
    if (!statement.trailing.empty()) behind(statement.trailing);
  }

  // A comment between tokens ends its line.
  void write_pieces(const Statement& statement, size_t indent) {
    const Words words = words_of(statement);
    // A record of a test is read across; it stays on its line.
    const size_t columns_max = statement.declaration == "test" ? SIZE_MAX : kColumnsMax;
    size_t word = 0;
    // Behind a first word in the column, below what follows it.
    const bool in_column = !is_let(statement) && !key_of(statement).empty();
    const size_t further = in_column ? indent + column_ + 1 : indent + kFurther;
    size_t here = indent;
    Words run;
    const auto flush = [&] {
      if (run.empty()) return;
      for (const std::string& text : Wrapper(run, here, further, columns_max).lines) line(0, text);
      run.clear();
      here = further;
    };
    for (const Piece& piece : statement.pieces) {
      if (!piece.is_comment) {
        run.push_back(words[word++]);
        continue;
      }
      const bool on_line = !piece.own_line && !run.empty();
      flush();
      if (on_line) {
        behind(piece.text);
      } else {
        line(further, piece.text);
      }
    }
    flush();
  }

  const std::vector<Statement> statements_;
  std::string out_;
  size_t column_ = 0;
};

}  // namespace

std::string format(const SourceSet& sources, uint32_t file, const FileLayout& layout) {
  Diagnostics none;
  const std::vector<Token> tokens = lex(sources, file, none);
  const std::string_view text = sources.file(file).text;
  return Formatter(formatting::statements_of(text, tokens, layout)).run();
}

}  // namespace tocsin::dsl
