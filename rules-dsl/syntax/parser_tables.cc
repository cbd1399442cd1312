// table: columns like the fields of a record, and rows from a file or, as the printer writes them,
// in place.
#include <fmt/format.h>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser_impl.h"

namespace tocsin::dsl {
namespace {

constexpr const char* kTableHelp =
    "write table regions from \"regions.csv\" key code { code text, name text }";
constexpr const char* kRowsHelp = "write rows { \"33\", \"Zhejiang\"; \"31\", \"Shanghai\" }";

}  // namespace

// table NAME from "FILE" key COLUMN { columns }   |   table NAME key COLUMN { columns } rows { … }
void Parser::table_declaration() {
  take();
  TableDecl table;
  table.name = declared_name("the table's name", kTableHelp);
  if (accept_word("from")) {
    table.file = expect_text("the name of a CSV file", kTableHelp);
    table.file_span = previous_;
  }
  if (!accept_word("key")) fail_expected("`key` and the name of a column", kTableHelp);
  table.key = expect_identifier("the name of the key's column", kTableHelp);
  const bool complete = block({.owner = fmt::format("table `{}`", table.name.text),
                               .item = [&] { table.columns.push_back(field()); },
                               .boundary = &Parser::line_boundary,
                               .commas = true});
  if (table.columns.size() > limits::kFieldsMax) {
    report(kTooMany, table.columns[limits::kFieldsMax].name.span,
           fmt::format("table `{}` has {} columns, more than the {} allowed", table.name.text,
                       table.columns.size(), limits::kFieldsMax),
           "keep those that rules or messages use");
  }
  if (table.file.empty()) table_rows(table, complete);
  policy_.tables.push_back(std::move(table));
}

// `complete`: all columns are known, so that cells can be counted.
void Parser::table_rows(TableDecl& table, bool complete) {
  if (!accept_word("rows")) {
    fail_expected(fmt::format("the rows of table `{}`", table.name.text),
                  fmt::format("{}; or {}", kTableHelp, kRowsHelp));
  }
  table.file_span = previous_;
  expect_symbol("{", "to begin the rows", kRowsHelp);
  while (!accept_symbol("}")) {
    const Span begin = peek().span;
    std::vector<std::string> cells{table_cell()};
    while (accept_symbol(",")) cells.push_back(table_cell());
    if (complete && cells.size() != table.columns.size()) {
      report(kBadRow, span_from(begin),
             fmt::format("the row has {} cells, the table has {} columns", cells.size(),
                         table.columns.size()),
             "rows end with `;`, and an empty cell is written \"\"");
    }
    table.rows.push_back(std::move(cells));
    if (!accept_symbol(";") && !at_symbol("}")) fail_expected("`;` behind the row", kRowsHelp);
  }
}

// As it would stand in a file: "33", 12.5, -1, true, 2025-01-31.
std::string Parser::table_cell() {
  const Span begin = peek().span;
  if (at(TokenKind::kString)) return take().text;
  const bool negative = accept_symbol("-");
  const bool fits =
      at(TokenKind::kNumber) || (!negative && (at(TokenKind::kTime) || at(TokenKind::kIdentifier)));
  if (!fits) fail_expected("a cell", kRowsHelp);
  take();
  return std::string(sources_.text(span_from(begin)));
}

// subject uscc | subject uscc strict
void Parser::subject_setting() {
  if (!accept_word("uscc")) fail_expected("`uscc`", "write subject uscc, or subject uscc strict");
  policy_.subject = accept_word("strict") ? SubjectKind::kUsccStrict : SubjectKind::kUscc;
}

// [key].column, behind a table's name
ExprPtr Parser::lookup(ExprPtr name) {
  const auto& table = std::get<Name>(name->node).name;
  const std::string help = fmt::format("write {}[key].column", table);
  Lookup result;
  result.table = table;
  result.table_span = name->span;
  take();
  result.key = expression();
  expect_symbol("]", "after the key", help);
  if (!accept_symbol(".")) fail_expected("`.` and the name of a column", help);
  const Identifier column = expect_identifier("the name of a column", help);
  result.column = column.text;
  result.column_span = column.span;
  const Expr* const key = result.key.get();
  return make(span_from(name->span), std::move(result), {key});
}

}  // namespace tocsin::dsl
