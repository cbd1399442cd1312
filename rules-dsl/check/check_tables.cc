// Tables: their columns, and every row by the type of its column.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "rules-dsl/check/attached_csv.h"
#include "rules-dsl/check/cells.h"
#include "rules-dsl/check/declarations.h"
#include "rules-dsl/check/types.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/value/text.h"

namespace tocsin::dsl::checking {
namespace {

class TableChecker {
 public:
  TableChecker(const Context& context, TableDecl& table) : context_(context), table_(table) {}

  void run() {
    check_fields(context_, table_.columns, "column");
    for (const FieldDecl& column : table_.columns) check_open(column);
    find_key();
    const bool taken = table_.file.empty() || take_file();
    if (taken && table_.key_column >= 0) check_rows();
  }

 private:
  // The policy's text, which the journal keeps, holds the whole table.
  void check_open(const FieldDecl& column) {
    if (!column.type.is_private) return;
    context_.report.add(
        Code::kPrivateType, column.name.span,
        "the column " + quote(column.name.text) + " of a table cannot be private",
        {.help = "what identifies a person does not belong into a policy", .fix = {}});
  }

  void find_key() {
    for (size_t i = 0; i < table_.columns.size() && table_.key_column < 0; ++i) {
      if (table_.columns[i].name.text == table_.key.text) table_.key_column = static_cast<int>(i);
    }
    if (table_.key_column < 0) {
      std::vector<std::string> names;
      for (const FieldDecl& column : table_.columns) names.push_back(column.name.text);
      context_.report.add(
          Code::kUnknownColumn, table_.key.span,
          "table " + quote(table_.name.text) + " has no column " + quote(table_.key.text),
          nearest(table_.key.text, names, "its columns are"));
      return;
    }
    FieldDecl& key = table_.columns[static_cast<size_t>(table_.key_column)];
    if (key.type.kind != TypeKind::kFloat) return;
    context_.report.add(
        Code::kTableKey, table_.key.span,
        "a float cannot be the key of a table: it is rarely met exactly",
        {.help = "declare " + quote(key.name.text) + " as decimal or text", .fix = {}});
    table_.key_column = -1;
  }

  // The columns that are declared, in their order; false after a message.
  bool take_file() {
    bool sound = true;  // rows that could not be read are reported; the others are looked at
    const std::optional<CsvFile> file =
        read_attached(context_, table_.file, table_.file_span, sound);
    if (!file) return false;
    bool complete = true;
    std::vector<size_t> columns;
    for (const FieldDecl& column : table_.columns) {
      const int found = find_column(context_, *file, column.from);
      complete = complete && found >= 0;
      columns.push_back(static_cast<size_t>(std::max(found, 0)));
    }
    if (!complete) return false;
    for (const CsvFile::Row& row : file->rows) {
      std::vector<std::string>& cells = table_.rows.emplace_back();
      for (const size_t column : columns) cells.push_back(row.cells[column]);
      lines_.push_back(row.line);
    }
    table_.read = true;
    return true;
  }

  void check_rows() {
    RowMistakes mistakes(context_, table_.file, table_.file_span);
    if (table_.rows.size() > limits::kTableRowsMax) {
      mistakes.add(line_of(limits::kTableRowsMax),
                   fmt::format("the table has {} rows, more than the {} allowed",
                               table_.rows.size(), limits::kTableRowsMax),
                   "keep those that records can name");
      return;
    }
    for (size_t row = 0; row < table_.rows.size(); ++row) check_row(row, mistakes);
  }

  void check_row(size_t row, RowMistakes& mistakes) {
    const std::vector<std::string>& cells = table_.rows[row];
    if (cells.size() != table_.columns.size()) return;  // the parser said so
    for (size_t i = 0; i < cells.size(); ++i) {
      const FieldDecl& column = table_.columns[i];
      if (is_error(column.type)) continue;
      const bool is_key = static_cast<int>(i) == table_.key_column;
      Value value;
      const std::string wanted = read_cell(cells[i], column, *context_.calendar, value);
      if (!wanted.empty()) {
        mistakes.add(line_of(row),
                     fmt::format("`{}` is {}, which \"{}\" is not", column.name.text, wanted,
                                 cut_utf8(cells[i], kCellShownBytes)),
                     "mend the cell, or declare the column as text");
      } else if (value.is_missing() && (is_key || !column.optional)) {
        mistakes.add(line_of(row), fmt::format("`{}` is empty", column.name.text),
                     is_key ? "every row has its key" : "declare the column `optional`");
      } else if (is_key) {
        check_key(row, cells[i], value, mistakes);
      }
    }
  }

  // "7" and "07" are one key of an int.
  void check_key(size_t row, const std::string& cell, Value value, RowMistakes& mistakes) {
    const std::string key =
        value.kind() == ValueKind::kText ? cell : fmt::format("{}", value.integer());
    const auto [known, fresh] = seen_.emplace(key, line_of(row));
    if (fresh) return;
    mistakes.add(line_of(row),
                 fmt::format("the key \"{}\" stands in {} {}, too", cut_utf8(cell, kCellShownBytes),
                             table_.file.empty() ? "row" : "line", known->second),
                 "keep one of the two");
  }

  // In the file, or the number of a row that is written out.
  uint32_t line_of(size_t row) const {
    return lines_.empty() ? static_cast<uint32_t>(row + 1) : lines_[row];
  }

  static constexpr size_t kCellShownBytes = 60;
  const Context& context_;
  TableDecl& table_;
  std::vector<uint32_t> lines_;
  std::unordered_map<std::string, uint32_t> seen_;
};

}  // namespace

void check_tables(const Context& context) {
  for (TableDecl& table : context.policy.tables) TableChecker(context, table).run();
}

}  // namespace tocsin::dsl::checking
