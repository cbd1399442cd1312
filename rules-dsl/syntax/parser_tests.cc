// test: records, the clock, and what is expected.
#include <fmt/format.h>

#include "rules-dsl/syntax/parser_impl.h"

namespace tocsin::dsl {
namespace {

constexpr const char* kRecordHelp = "write 2025-01-10 penalty \"A\" { amount 100, kind fine }";
constexpr const char* kTimeHelp = "write 2025-01-10 or 2025-01-10T08:00:00+08:00, without quotes";

}  // namespace

void Parser::test_declaration() {
  const Span begin = take().span;
  TestDecl test;
  test.title = expect_text("the test's title in quotes", "write test \"three fines\" { … }");
  block({.owner = fmt::format("test \"{}\"", test.title),
         .item = [&] { test_item(test); },
         .boundary = &Parser::test_boundary});
  test.span = span_from(begin);
  policy_.tests.push_back(std::move(test));
}

void Parser::test_item(TestDecl& test) {
  if (at(TokenKind::kTime)) {
    test.events.emplace_back(test_record());
  } else if (accept_word("clock")) {
    test.events.emplace_back(TestClock{expect_time("clock")});
  } else if (at_word("expect")) {
    test.expectations.push_back(expectation());
  } else if (at(TokenKind::kNumber)) {
    fail(kBadTime, peek().span, "a record begins with its time, written 2025-01-10", kRecordHelp);
  } else {
    fail_expected("a record, `clock` or `expect`",
                  fmt::format("{}, or expect late_payment for \"A\"", kRecordHelp));
  }
}

TestRecord Parser::test_record() {
  TestRecord record;
  const Token& time = take();
  record.time = {time.text, time.span};
  record.type = expect_identifier("a record's name after the time", kRecordHelp);
  record.subject = expect_text("the subject in quotes", kRecordHelp);
  if (at_symbol("{")) {
    block({.owner = fmt::format("`{}`", record.type.text),
           .item = [&] { record.values.push_back(test_value()); },
           .boundary = &Parser::value_boundary,
           .commas = true,
           .ends = &Parser::is_test_record});
  }
  record.span = span_from(time.span);
  return record;
}

TestValue Parser::test_value() {
  TestValue result;
  result.field = expect_identifier("a field's name", kRecordHelp);
  if (at(TokenKind::kIdentifier)) {
    const Token& word = take();
    if (word.text == "true" || word.text == "false") {
      result.value = LiteralValue(word.text == "true");
    } else {
      result.value = Identifier{word.text, word.span};
    }
  } else {
    literal_value(result);
  }
  result.span = span_from(result.field.span);
  return result;
}

void Parser::literal_value(TestValue& value) {
  const bool negative = accept_symbol("-");
  if (at(TokenKind::kNumber)) {
    LiteralValue number = take().number;
    if (negative) {
      if (auto* integer = std::get_if<int64_t>(&number)) *integer = -*integer;
      if (auto* decimal = std::get_if<DecimalLiteral>(&number)) decimal->scaled = -decimal->scaled;
      if (auto* floating = std::get_if<double>(&number)) *floating = -*floating;
    }
    value.value = std::move(number);
  } else if (!negative && (at(TokenKind::kString) || at(TokenKind::kTime))) {
    value.value = LiteralValue(take().text);
  } else {
    fail_expected(fmt::format("the value of `{}`", value.field.text), kRecordHelp);
  }
}

// expect [no] RULE [for "A"] [at T] [level L] [until T] [open] [N times]
Expectation Parser::expectation() {
  Expectation result;
  const Span begin = take().span;
  result.none = accept_word("no");
  result.rule = expect_identifier("a rule's name after `expect`", "write expect late_payment");
  std::vector<std::string> seen;
  while (expectation_clause(result, seen)) {
  }
  result.span = span_from(begin);
  return result;
}

bool Parser::expectation_clause(Expectation& expectation, std::vector<std::string>& seen) {
  const bool times = at(TokenKind::kNumber) && at_any_word({"times", "time"}, 1);
  if (!times && !at_any_word({"for", "at", "level", "until", "open"})) return false;
  const Token& word = take();
  once(seen, times ? peek() : word, "this expectation");
  if (times) {
    take();
    const int64_t* const count = std::get_if<int64_t>(&word.number);
    if (count == nullptr) {
      fail(kExpected, word.span, "a number of times is a whole number", "write 2 times");
    }
    expectation.times = *count;
  } else if (word.text == "for") {
    const std::string help = "write for \"A\"";
    const Span begin = peek().span;
    std::string subject = expect_text("the subject in quotes", help);
    expectation.subject = Identifier{std::move(subject), begin};
  } else if (word.text == "at") {
    expectation.at = expect_time("at");
  } else if (word.text == "level") {
    expectation.level = expect_identifier("a level", "write level red");
  } else if (word.text == "until") {
    expectation.until = expect_time("until");
  } else {
    expectation.open = true;
  }
  return true;
}

Identifier Parser::expect_time(std::string_view after) {
  if (!at(TokenKind::kTime)) fail_expected(fmt::format("a time after `{}`", after), kTimeHelp);
  const Token& time = take();
  return {time.text, time.span};
}

bool Parser::is_test_record(size_t index) const {
  return token(index).kind == TokenKind::kTime && token(index + 1).kind == TokenKind::kIdentifier &&
         token(index + 2).kind == TokenKind::kString;
}

bool Parser::test_boundary(size_t index, bool nested) const {
  if (nested) return false;
  if (is_test_record(index)) return true;
  const Token& first = token(index);
  return first.first_on_line && first.kind == TokenKind::kIdentifier &&
         (first.text == "expect" || first.text == "clock");
}

}  // namespace tocsin::dsl
