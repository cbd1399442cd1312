// Lifetimes: until and due in records and rules, in force and overdue in aggregates and steps.
#include <fmt/format.h>

#include <algorithm>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser_impl.h"

namespace tocsin::dsl {
namespace {

constexpr const char* kUntilHelp =
    "write until 3y, until valid_to, or until repair r where r.penalty == id";

}  // namespace

// Whether `until` stands there with an end behind it; it may be a value of a list, too.
bool Parser::at_until(size_t ahead) const {
  if (!at_word("until", ahead) || peek(ahead + 1).first_on_line) return false;
  if (at(TokenKind::kDuration, ahead + 1) || at(TokenKind::kNumber, ahead + 1)) return true;
  return at(TokenKind::kIdentifier, ahead + 1) && !at_type(ahead + 1) && !at_type(ahead + 2) &&
         !at_any_word({"optional", "private", "from", "format"}, ahead + 1);
}

bool Parser::at_span() const {
  return at(TokenKind::kDuration) || (at(TokenKind::kNumber) && at_word("workdays", 1));
}

// RECORD ALIAS, or RECORD where, on one line; anything else is an expression, or one and the next
// field.
bool Parser::at_ending_record() const {
  const bool words = at(TokenKind::kIdentifier) && at(TokenKind::kIdentifier, 1);
  if (!words || peek(1).first_on_line || at_type(1) || at_type(2) || is_clause(pos_ + 1)) {
    return false;
  }
  return !at_any_word({"until", "due", "and", "or", "in", "is", "not"}, 1) && !at_word("from", 2);
}

// `until` in a record. With a type behind it, it was meant as a field.
void Parser::lifetime_clause(RecordDecl& record) {
  const Token& until = take();
  const bool named = std::any_of(record.fields.begin(), record.fields.end(),
                                 [&](const auto& field) { return at_word(field.name.text); });
  const bool goes_on = at(TokenKind::kSymbol, 1) && !at_symbol("}", 1) && !at_symbol(",", 1);
  if (at_type(0) && !named && !goes_on && !peek().first_on_line) return refuse_until_field();
  const bool next_field = at(TokenKind::kIdentifier) && at_type(1) && !at_type(2);
  if (next_field || peek().first_on_line || at_symbol("}") || at_symbol(",")) {
    report(kExpected, until.span, "`until` does not say when the lifetime ends", kUntilHelp);
    return;
  }
  until_clause(record.untils, fmt::format("record `{}`", record.name.text));
}

void Parser::refuse_until_field() {
  report(kReservedName, previous_, "`until` begins the end of a lifetime and is no field's name",
         "a field of this name can be mapped: valid_until date from \"until\"");
  const Muted muted(*this);
  FieldDecl field;
  field.type = field_type(field.name);
  field_modifiers(field);
}

// 3y | valid_to | fulfilment f where f.commitment == id, behind `until`
void Parser::until_clause(std::vector<Until>& untils, std::string_view owner) {
  Until until;
  const Span begin = previous_;
  if (at_span()) {
    until.after = duration("until");
  } else if (at_ending_record()) {
    until.record = step("until");
    if (accept_word("where")) until.record->where = expression();
  } else {
    until.at = expression();
  }
  until.span = span_from(begin);
  untils.push_back(std::move(until));
  if (untils.size() != limits::kUntilsMax + 1) return;
  report(kTooMany, begin,
         fmt::format("{} has more than the {} `until` allowed", owner, limits::kUntilsMax),
         "join several by `or`: until repair r where … or …");
}

void Parser::due_clause(RecordDecl& record, std::vector<std::string>& seen) {
  const Token& word = take();
  once(seen, word, fmt::format("record `{}`", record.name.text));
  Due due;
  if (at_span()) {
    due.after = duration("due");
  } else {
    due.at = expression();
  }
  due.span = span_from(word.span);
  record.due = std::move(due);
}

// on RECORD overdue ALIAS
void Parser::overdue_step(std::string_view opening, Step& step) {
  const Span word = take().span;
  step.overdue = true;
  if (opening == "on") return;
  report(kConflictingClauses, word, fmt::format("`overdue` stands behind `on`, not `{}`", opening),
         "begin the pattern with it: on RECORD overdue r then …");
}

// in force, overdue
bool Parser::state_modifier(Aggregate& aggregate, std::vector<std::string>& seen) {
  const Token& word = peek();
  RecordState state = RecordState::kOverdue;
  if (at_word("in") && at_word("force", 1)) {
    take();
    state = RecordState::kInForce;
  } else if (!at_word("overdue")) {
    return false;
  }
  take();
  Token shown = word;
  if (state == RecordState::kInForce) shown.text = "in force";
  shown.span = span_from(word.span);
  const RecordState before = aggregate.state;
  if (before != RecordState::kAny && before != state) {
    report(kConflictingClauses, shown.span, "an aggregate takes `in force` or `overdue`, not both",
           "keep `overdue`: what is overdue is in force");
  } else {
    once(seen, shown, "this aggregate");
  }
  aggregate.state = state;
  return true;
}

}  // namespace tocsin::dsl
