// record: fields, their types, and where built-in fields come from.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser_impl.h"

namespace tocsin::dsl {
namespace {

struct TypeWord {
  std::string_view word;
  TypeKind kind;
};
constexpr TypeWord kTypes[] = {
    {"bool", TypeKind::kBool},         {"int", TypeKind::kInt},   {"decimal", TypeKind::kDecimal},
    {"float", TypeKind::kFloat},       {"text", TypeKind::kText}, {"time", TypeKind::kTime},
    {"date", TypeKind::kDate},         {"uscc", TypeKind::kUscc}, {"region", TypeKind::kRegion},
    {"industry", TypeKind::kIndustry},
};
constexpr const char* kTypesHelp =
    "types are bool int decimal float text time date uscc region industry, and `one of a, b`";

// Names that other languages use for the types here.
constexpr std::pair<std::string_view, std::string_view> kForeignTypes[] = {
    {"string", "text"},   {"str", "text"},        {"varchar", "text"},   {"char", "text"},
    {"integer", "int"},   {"long", "int"},        {"bigint", "int"},     {"number", "decimal"},
    {"money", "decimal"}, {"numeric", "decimal"}, {"double", "float"},   {"real", "float"},
    {"boolean", "bool"},  {"datetime", "time"},   {"timestamp", "time"}, {"enum", "one of"},
};

std::string type_meant(const std::string& word) {
  const auto* foreign = std::find_if(std::begin(kForeignTypes), std::end(kForeignTypes),
                                     [&](const auto& pair) { return pair.first == word; });
  if (foreign != std::end(kForeignTypes)) return std::string(foreign->second);
  std::vector<std::string> known;
  for (const TypeWord& type : kTypes) known.emplace_back(type.word);
  return nearest_name(word, known);
}

}  // namespace

void Parser::record_declaration() {
  take();
  RecordDecl record;
  record.name = declared_name("the record's name", "write record inspection { … }");
  record.title = optional_text();
  record.id_from = {"id"};
  record.subject_from = "subject";
  record.time_from = "time";

  std::vector<std::string> seen;
  block({.owner = fmt::format("record `{}`", record.name.text),
         .item = [&] { record_item(record, seen); },
         .boundary = &Parser::line_boundary,
         .commas = true});
  if (record.fields.size() > limits::kFieldsMax) {
    report(kTooMany, record.fields[limits::kFieldsMax].name.span,
           fmt::format("record `{}` has {} fields, more than the {} allowed", record.name.text,
                       record.fields.size(), limits::kFieldsMax),
           "keep those that rules or messages use");
  }
  policy_.records.push_back(std::move(record));
}

void Parser::record_item(RecordDecl& record, std::vector<std::string>& seen) {
  const bool builtin = at_any_word({"id", "subject", "time", "type"});
  if (builtin && !at_word("type") && at_word("from", 1)) return mapping(record, seen);
  if (at_word("time") && at_word("always", 1)) return constant_time(record, seen);
  if (at_word("until")) return lifetime_clause(record);
  if (at_word("due") && !at_due_field()) return due_clause(record, seen);
  if (builtin) return builtin_field();
  record.fields.push_back(field());
}

void Parser::builtin_field() {
  const Token& name = peek();
  report(kBuiltinField, name.span,
         fmt::format("every record has `{}` already; it is not declared", name.text),
         name.text == "type"
             ? "leave it out, or give the field another name"
             : fmt::format("leave it out, or say where it comes from: {} from \"…\"", name.text));
  if (!at_type(1)) throw Abandon{};
  field();  // leaves it out
}

// subject from "CAMIS"   time from "DATE" format "%m/%d/%Y"   id from "A", "B"
void Parser::mapping(RecordDecl& record, std::vector<std::string>& seen) {
  const Token& word = take();
  once(seen, word, fmt::format("record `{}`", record.name.text));
  take();
  const std::string help = fmt::format("write {} from \"NAME IN THE DATA\"", word.text);
  std::string column = expect_text("the column's name in quotes", help);
  if (word.text == "subject") {
    record.subject_from = std::move(column);
  } else if (word.text == "time") {
    record.time_from = std::move(column);
    if (accept_word("format")) {
      record.time_format = expect_text("a pattern", "write format \"%m/%d/%Y\"");
    }
  } else {
    record.id_from = {std::move(column)};
    while (at_symbol(",") && at(TokenKind::kString, 1)) {
      take();
      record.id_from.push_back(take().text);
    }
    if (record.id_from.size() > limits::kIdPartsMax) {
      report(kTooMany, previous_,
             fmt::format("the id is joined from {} columns, more than the {} allowed",
                         record.id_from.size(), limits::kIdPartsMax),
             "fewer will do; the id must be unique among the records of one type and subject");
    }
  }
}

// time always "2020-01-01": reference data often carries no day.
void Parser::constant_time(RecordDecl& record, std::vector<std::string>& seen) {
  once(seen, take(), fmt::format("record `{}`", record.name.text));
  take();
  record.time_always = expect_text("a day or a time", "write time always \"2020-01-01\"");
}

// `due date` declares a field; `due time + 30d` is an expression.
bool Parser::at_due_field() const {
  const bool goes_on = at_symbol("+", 2) || at_symbol("-", 2) || at_symbol(".", 2);
  const bool misspelt = at(TokenKind::kIdentifier, 1) && !type_meant(peek(1).text).empty();
  return (at_type(1) || misspelt) && !goes_on;
}

// amount decimal optional from "fine" format "…"
FieldDecl Parser::field() {
  FieldDecl result;
  result.name = declared_name("a field's name", "write a field as: amount decimal");
  result.from = result.name.text;
  result.type = field_type(result.name);
  refuse_size();
  field_modifiers(result);
  return result;
}

// A modifier's word on a new line, with a type behind it, is the next field.
void Parser::field_modifiers(FieldDecl& field) {
  std::vector<std::string> seen;
  const std::string owner = fmt::format("field `{}`", field.name.text);
  while (true) {
    const bool next_field = peek().first_on_line && at_type(1);
    const bool with_text = at_any_word({"from", "format"}) && at(TokenKind::kString, 1);
    const bool plain = at_any_word({"optional", "private"}) && !next_field;
    if (!with_text && !plain) return;

    const Token& word = take();
    once(seen, word, owner);
    if (word.text == "optional") field.optional = true;
    if (word.text == "private") field.type.is_private = true;
    if (word.text == "from") field.from = take().text;
    if (word.text == "format") field.format = take().text;
  }
}

// decimal(10, 2), varchar(20)
void Parser::refuse_size() {
  if (!at_symbol("(") || peek().first_on_line) return;
  const Span begin = peek().span;
  while (!at_end() && !at_symbol(")") && !at_symbol("}")) take();
  accept_symbol(")");
  report(kUnknownType, span_from(begin), "types have no size", "leave the parentheses out");
}

Type Parser::field_type(const Identifier& field) {
  if (at_word("one") && at_word("of", 1)) return enum_type(field);
  const auto* known = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [this](const TypeWord& type) { return at_word(type.word); });
  if (known == std::end(kTypes)) return unknown_type(field);
  take();
  return {known->kind, nullptr};
}

// Reads on only where it is clear what was meant; the rest of the line would only give more
// mistakes.
Type Parser::unknown_type(const Identifier& field) {
  if (peek().mistaken) throw Abandon{};
  const bool missing = !at(TokenKind::kIdentifier) || peek().first_on_line || at_type(1);
  if (missing) {
    fail(kUnknownType, field.span, fmt::format("field `{}` has no type", field.text), kTypesHelp);
  }
  const Token& word = take();
  const std::string meant = type_meant(word.text);
  report(kUnknownType, word.span, fmt::format("there is no type `{}`", word.text),
         meant.empty() ? kTypesHelp : fmt::format("did you mean `{}`?", meant),
         meant == "one of" ? "" : meant);
  if (meant.empty() || meant == "one of") throw Abandon{};
  const Muted muted(*this);
  refuse_size();
  return {};
}

Type Parser::enum_type(const Identifier& field) {
  take();
  const Span begin = take().span;
  EnumType type;
  type.values.push_back(enum_value());
  std::string separator;
  while (at_symbol(",") || at_symbol("<") || at_symbol(">")) {
    if (at_symbol(",") && at_until(1)) break;  // the comma ends the field
    const Token& found = take();
    if (separator.empty() && found.text != ">") separator = found.text;
    if (found.text == ",") check_list_continues(field);
    if (found.text != separator) {
      report(kMixedList, found.span, "this list mixes signs; it uses only `,` or only `<`",
             "write one of a, b, c – or, with an order, one of low < middle < high");
      separator = found.text;
    }
    type.values.push_back(enum_value());
  }
  type.ordered = separator == "<";
  if (type.values.size() > limits::kEnumValuesMax) {
    report(kTooMany, span_from(begin),
           fmt::format("`{}` has {} values, more than the {} allowed", field.text,
                       type.values.size(), limits::kEnumValuesMax),
           "use text instead");
  }
  return {TypeKind::kEnum, std::make_shared<const EnumType>(std::move(type))};
}

std::string Parser::enum_value() {
  if (at(TokenKind::kString)) return take().text;
  return expect_identifier("a value of the list",
                           "values are words or texts: one of low, \"very high\"")
      .text;
}

// `one of a, b, amount decimal`: the comma was meant to end the list. A value may well be followed
// by a field that is called like a type (`date date`), which has a type again behind it.
void Parser::check_list_continues(const Identifier& field) {
  const bool looks_like_field = at(TokenKind::kIdentifier) && at_type(1) && !peek(1).first_on_line;
  const bool value_then_field = at_type(2) || at_word("from", 2);
  if (!looks_like_field || value_then_field) return;
  fail(kMixedList, peek().span,
       fmt::format("after the comma the list of `{}` goes on, but `{} {}` looks like a field",
                   field.text, peek().text, peek(1).text),
       "leave out the comma before it");
}

bool Parser::at_type(size_t ahead) const {
  if (at_word("one", ahead)) return at_word("of", ahead + 1);
  return std::any_of(std::begin(kTypes), std::end(kTypes),
                     [this, ahead](const TypeWord& type) { return at_word(type.word, ahead); });
}

}  // namespace tocsin::dsl
