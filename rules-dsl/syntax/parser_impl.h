// Inside the parser; nobody else includes this.
//
// A mistake is reported and then either repaired on the spot (the parse goes on) or thrown as
// Abandon, which the nearest block() or the top level catches to go on with the next item. Abandon
// never leaves parse(). One file per part of the grammar:
//   parser.cc               files, tokens, blocks, recovery
//   parser_declarations.cc  policy, profile, let, and what is not supported
//   parser_records.cc       record: fields and their types
//   parser_lifetimes.cc     until, due, in force, overdue
//   parser_rules.cc         rule: clauses, patterns, levels
//   parser_scores.cc        score
//   parser_samples.cc       publish, sample
//   parser_tables.cc        table, lookups
//   parser_templates.cc     say: texts with {expressions}
//   parser_expressions.cc   operators
//   parser_primaries.cc     literals, names, calls, aggregates
//   parser_workdays.cc      workdays, spans of time
//   parser_tests.cc         test
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules-dsl/syntax/diagnostic_codes.h"
#include "rules-dsl/syntax/lexer.h"
#include "rules-dsl/syntax/parser.h"

namespace tocsin::dsl {

class Parser {
 public:
  Parser(const SourceSet& sources, Diagnostics& diagnostics, Policy& policy, Layout* layouts)
      : sources_(sources), diagnostics_(diagnostics), policy_(policy), layouts_(layouts) {}

  void parse_file(uint32_t file);

 private:
  struct Abandon {};  // thrown after a mistake was reported

  // While it lives nothing is reported: for what was refused as a whole.
  class Muted {
   public:
    explicit Muted(Parser& parser) : parser_(parser), before_(parser.muted_) {
      parser.muted_ = true;
    }
    ~Muted() { parser_.muted_ = before_; }
    Muted(const Muted&) = delete;
    Muted& operator=(const Muted&) = delete;

   private:
    Parser& parser_;
    bool before_;
  };

  // Counts how deep blocks lie within each other.
  class Within {
   public:
    explicit Within(int& depth) : depth_(++depth) {}
    ~Within() { --depth_; }
    Within(const Within&) = delete;
    Within& operator=(const Within&) = delete;

   private:
    int& depth_;
  };

  // ---- tokens (parser.cc)
  const Token& peek(size_t ahead = 0) const { return token(pos_ + ahead); }
  const Token& token(size_t index) const { return tokens_[std::min(index, tokens_.size() - 1)]; }
  const Token& take();
  bool at_end() const { return peek().kind == TokenKind::kEnd; }
  bool at(TokenKind kind, size_t ahead = 0) const { return peek(ahead).kind == kind; }
  bool at_word(std::string_view word, size_t ahead = 0) const;
  bool at_any_word(std::initializer_list<std::string_view> words, size_t ahead = 0) const;
  bool at_symbol(std::string_view symbol, size_t ahead = 0) const;
  bool accept_word(std::string_view word);
  bool accept_symbol(std::string_view symbol);
  // From `begin` to the end of the last token taken.
  Span span_from(const Span& begin) const;

  // ---- mistakes (parser.cc)
  void report(const char* code, Span span, std::string message, std::string help,
              std::string fix = "");
  [[noreturn]] void fail(const char* code, Span span, std::string message, std::string help,
                         std::string fix = "");
  // "expected WHAT, found TOKEN" at the token ahead. Silent where the lexer reported it already.
  [[noreturn]] void fail_expected(std::string_view what, std::string help);
  // Reports `word` when it was seen before in this block, and remembers it.
  void once(std::vector<std::string>& seen, const Token& word, std::string_view owner);
  std::string describe(const Token& token) const;

  void expect_symbol(std::string_view symbol, std::string_view where, std::string help);
  Identifier expect_identifier(std::string_view what, std::string help);
  // A name that is declared here; words of the expression grammar cannot be one.
  Identifier declared_name(std::string_view what, std::string help);
  std::string expect_text(std::string_view what, std::string help);
  std::string optional_text();

  // ---- blocks and recovery (parser.cc)
  struct Block {
    std::string owner;           // "rule `a`", for messages
    std::function<void()> item;  // parses one item; takes at least one token or throws
    // Whether an item may begin at a token; `nested` inside parentheses that the mistake left open.
    bool (Parser::*boundary)(size_t index, bool nested) const;
    bool commas = false;  // items may be separated by commas
    // Whether a token shows that the closing brace was forgotten; null when only a declaration
    // does.
    bool (Parser::*ends)(size_t index) const = nullptr;
  };
  // Parses `{ item … }`; false when an item was given up.
  bool block(const Block& block);
  void recover(size_t start, const Block& block);
  void recover_declaration(size_t start);
  // Whether a declaration surely begins at a token, even inside a block that was not closed.
  bool is_declaration(size_t index) const;
  bool line_boundary(size_t index, bool nested) const;
  bool value_boundary(size_t index, bool nested) const;
  bool clause_boundary(size_t index, bool nested) const;
  bool is_test_record(size_t index) const;
  bool test_boundary(size_t index, bool nested) const;

  // How far the text and the policy had come when a declaration began.
  struct Mark {
    size_t token = 0, records = 0, clauses = 0, links = 0, tables = 0, lets = 0, rules = 0,
           scores = 0, publishes = 0, samples = 0, tests = 0;
  };
  // Parses one declaration; leaves it out of the policy when it has a mistake.
  void next_declaration();
  Mark mark() const;
  void leave_out(const Mark& from);
  bool is_misspelt(size_t index) const;
  void note_damage(size_t start);  // from that token to the last one taken

  // ---- declarations (parser_declarations.cc)
  void declaration();
  void policy_declaration();
  void policy_setting(std::vector<std::string>& seen);
  std::vector<Identifier> levels();
  void profile_declaration();
  void profile_clause();
  void let_declaration();
  void link_declaration();
  LinkEdge link_edge();
  LinkEnd link_end();
  bool edge_boundary(size_t index, bool nested) const;

  // ---- tables (parser_tables.cc)
  void table_declaration();
  void table_rows(TableDecl& table, bool complete);
  std::string table_cell();
  ExprPtr lookup(ExprPtr name);
  void subject_setting();

  // ---- calendar of working days, spans of time (parser_workdays.cc)
  void workdays_setting();
  std::optional<int64_t> workdays_begin();
  void add_workdays(Span span, int64_t first, const std::string& days);
  Duration duration(std::string_view after);

  // ---- records (parser_records.cc)
  void record_declaration();
  void record_item(RecordDecl& record, std::vector<std::string>& seen);
  void builtin_field();
  void mapping(RecordDecl& record, std::vector<std::string>& seen);
  void constant_time(RecordDecl& record, std::vector<std::string>& seen);
  bool at_due_field() const;
  FieldDecl field();
  void field_modifiers(FieldDecl& field);
  void refuse_size();
  Type field_type(const Identifier& field);
  Type unknown_type(const Identifier& field);
  Type enum_type(const Identifier& field);
  std::string enum_value();
  void check_list_continues(const Identifier& field);
  bool at_type(size_t ahead) const;

  // ---- lifetimes (parser_lifetimes.cc)
  bool at_until(size_t ahead) const;
  bool at_span() const;
  bool at_ending_record() const;
  void lifetime_clause(RecordDecl& record);
  void refuse_until_field();
  void until_clause(std::vector<Until>& untils, std::string_view owner);
  void due_clause(RecordDecl& record, std::vector<std::string>& seen);
  void overdue_step(std::string_view opening, Step& step);
  bool state_modifier(Aggregate& aggregate, std::vector<std::string>& seen);

  // ---- rules (parser_rules.cc)
  struct RuleParts {
    std::vector<std::string> seen;
    std::optional<Step> on;
    std::vector<Step> thens;
    Span last_step;
  };
  void rule_declaration();
  void rule_clause(RuleDecl& rule, RuleParts& parts);
  bool trigger_clause(std::string_view word, RuleDecl& rule, RuleParts& parts);
  bool text_clause(std::string_view word, RuleDecl& rule);
  void while_clause(RuleDecl& rule);
  void on_clause(RuleDecl& rule, RuleParts& parts);
  void then_clause(RuleDecl& rule, RuleParts& parts);
  void by_clause(RuleDecl& rule);
  void once_clause(RuleDecl& rule);
  void with_clause(RuleDecl& rule);
  void level_clause(RuleDecl& rule);
  Step step(std::string_view opening);
  Identifier alias(std::string_view opening, const Identifier& record);
  void step_conditions(Step& step, ExprPtr* before);
  void finish_rule(RuleDecl& rule, RuleParts& parts, bool complete);
  bool is_clause(size_t index) const;
  bool is_broken_clause(size_t index) const;

  // ---- scores (parser_scores.cc)
  void score_declaration();
  void score_item(ScoreDecl& score, std::vector<std::string>& seen);
  void add_item(ScoreDecl& score);
  void keep_item(ScoreDecl& score);
  void grade_item(ScoreDecl& score, std::vector<std::string>& seen);
  void thresholds(ScoreDecl& score);
  void finish_score(ScoreDecl& score, const std::vector<std::string>& seen, bool complete);
  ExprPtr counted_records();
  DecimalLiteral points(std::string_view what, const std::string& help);
  bool score_boundary(size_t index, bool nested) const;

  // ---- publish, sample (parser_samples.cc)
  void publish_declaration();
  void sample_declaration();
  void sample_item(SampleDecl& sample, std::vector<std::string>& seen);
  void rates(SampleDecl& sample);
  int64_t percent();
  Duration period();
  bool sample_boundary(size_t index, bool nested) const;

  // ---- templates (parser_templates.cc)
  Template message();
  // Parses the expression in source bytes [begin, end); null when it has a mistake.
  ExprPtr embedded(uint32_t file, uint32_t begin, uint32_t end);

  // ---- expressions (parser_expressions.cc, parser_primaries.cc)
  class Nesting;
  ExprPtr expression();
  ExprPtr logic(BinaryOp op);
  ExprPtr negation();
  ExprPtr comparison();
  ExprPtr comparison_tail(ExprPtr left);
  void refuse_chain();
  ExprPtr arithmetic(int level);
  ExprPtr unary();
  ExprPtr postfix();
  ExprPtr primary();
  bool at_next_clause() const;
  [[noreturn]] void fail_unfinished();
  ExprPtr misplaced_time();
  ExprPtr call();
  bool looks_like_aggregate() const;
  std::vector<ExprPtr> aggregate_parts();
  bool at_aggregate() const;
  ExprPtr aggregate();
  void aggregate_modifiers(Aggregate& aggregate);
  // One of them, if there is one.
  bool aggregate_modifier(Aggregate& aggregate, std::vector<std::string>& seen);
  [[noreturn]] void refuse_stray_detail();
  void over_modifier(Aggregate& aggregate, std::vector<std::string>& seen);
  void across_modifier(Aggregate& aggregate);
  bool across_detail(Across& across, std::vector<std::string>& seen);
  int64_t number_within(int64_t least, int64_t most, std::string_view what, std::string help);
  std::vector<ExprPtr> list(std::string_view closing, std::string_view where, std::string help);

  template <class Node>
  ExprPtr make(Span span, Node node, std::initializer_list<const Expr*> children = {}) {
    int height = 1;
    for (const Expr* child : children) {
      if (child != nullptr) height = std::max(height, child->height + 1);
    }
    return finish(span, std::move(node), height);
  }
  ExprPtr finish(Span span, decltype(Expr::node) node, int height);
  ExprPtr binary(BinaryOp op, ExprPtr left, ExprPtr right);
  ExprPtr balanced(BinaryOp op, std::vector<ExprPtr>& items, size_t begin, size_t end);

  // ---- tests (parser_tests.cc)
  void test_declaration();
  void test_item(TestDecl& test);
  TestRecord test_record();
  TestValue test_value();
  void literal_value(TestValue& value);
  Expectation expectation();
  bool expectation_clause(Expectation& expectation, std::vector<std::string>& seen);
  Identifier expect_time(std::string_view after);

  const SourceSet& sources_;
  Diagnostics& diagnostics_;
  Policy& policy_;
  std::vector<Token> tokens_;
  size_t pos_ = 0;
  Span previous_;                 // of the last token taken
  Layout* layouts_;               // null: nobody asks
  FileLayout* layout_ = nullptr;  // of the file being parsed
  int block_depth_ = 0;
  int nesting_ = 0;  // of expressions, while parsing
  bool muted_ = false;
  bool item_ = false;      // in an item of a score, whose `at most` is a bound of points
  Mark last_;              // of the declaration before
  bool damaged_ = false;   // the declaration being parsed has a mistake
  bool embedded_ = false;  // inside the braces of a message
  bool has_policy_ = false;
  bool has_profile_ = false;
};

}  // namespace tocsin::dsl
