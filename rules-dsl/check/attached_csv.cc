#include "rules-dsl/check/attached_csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/utf8.h"
#include "rules-dsl/value/csv_row.h"

namespace tocsin::dsl::checking {
namespace {

constexpr size_t kRowMistakesShown = 5;

std::vector<std::string> texts_of(const CsvRow& row) {
  std::vector<std::string> texts;
  for (const CsvCell& cell : row.cells) texts.push_back(csv_cell_text(cell));
  return texts;
}

bool is_blank(const CsvRow& row) { return row.cells.size() == 1 && row.cells[0].text.empty(); }

// The file's text; null after a message.
const std::string* text_of_file(const Context& context, const std::string& name, Span span) {
  const Attachment* file = context.sources.attachment(name);
  std::string trouble = file == nullptr ? "it was not handed in" : file->trouble;
  std::string help = "the name is relative to the policy's folder";
  if (file != nullptr && file->text.size() > limits::kAttachedBytesMax) {
    trouble = fmt::format("it is larger than the {} MiB allowed", limits::kAttachedBytesMax >> 20);
    help = "keep the rows and columns that the policy uses";
  }
  if (file != nullptr && trouble.empty() && find_invalid_utf8(file->text) != std::string::npos) {
    trouble = "it is not UTF-8";
    help = fmt::format("convert it first, e.g. iconv -f GB18030 -t UTF-8 {}", name);
  }
  if (trouble.empty()) return &file->text;
  context.report.add(Code::kAttachedUnreadable, span,
                     fmt::format("cannot read \"{}\": {}", name, trouble),
                     {.help = help, .fix = {}});
  return nullptr;
}

class Reader {
 public:
  Reader(const std::string& text, CsvFile& file, RowMistakes& mistakes)
      : rest_(text), file_(file), mistakes_(mistakes) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }

  void read() {
    while (!rest_.empty()) {
      parse_csv_row(rest_, true, ',', row_);
      if (row_.outcome != CsvOutcome::kRow) {
        mistakes_.add(line_, "its quotes do not fit",
                      "a cell that begins with a quote ends with one; within, quotes are doubled");
        return;  // where the next row begins is not known
      }
      if (!is_blank(row_)) take_row();
      line_ += row_.lines;
      rest_.remove_prefix(row_.bytes);
    }
  }

 private:
  void take_row() {
    if (file_.columns.empty()) {
      file_.columns = texts_of(row_);
    } else if (row_.cells.size() != file_.columns.size()) {
      mistakes_.add(line_,
                    fmt::format("cells in the row: {}, in the header: {}", row_.cells.size(),
                                file_.columns.size()),
                    "cells with a comma in them stand in quotes");
    } else {
      file_.rows.push_back({line_, texts_of(row_)});
    }
  }

  std::string_view rest_;
  CsvFile& file_;
  RowMistakes& mistakes_;
  CsvRow row_;
  uint32_t line_ = 1;
};

}  // namespace

RowMistakes::~RowMistakes() {
  if (count_ <= kRowMistakesShown) return;
  context_.report.add(Code::kAttachedRow, span_,
                      fmt::format("{} more rows are wrong", count_ - kRowMistakesShown));
}

void RowMistakes::add(uint32_t line, const std::string& message, std::string help) {
  if (++count_ > kRowMistakesShown) return;
  const std::string place =
      file_.empty() ? fmt::format("row {}", line) : fmt::format("{}:{}", file_, line);
  context_.report.add(Code::kAttachedRow, span_, place + ": " + message,
                      {.help = std::move(help), .fix = {}});
}

std::optional<CsvFile> read_attached(const Context& context, const std::string& name, Span span,
                                     bool& sound) {
  const std::string* text = text_of_file(context, name, span);
  if (text == nullptr) return std::nullopt;
  CsvFile file{.name = name, .span = span, .columns = {}, .rows = {}};
  RowMistakes mistakes(context, name, span);
  Reader(*text, file, mistakes).read();
  if (file.columns.empty() && !mistakes.any()) {
    context.report.add(Code::kAttachedUnreadable, span, fmt::format("\"{}\" is empty", name),
                       {.help = "its first line names the columns", .fix = {}});
  }
  if (file.columns.empty()) return std::nullopt;
  sound = !mistakes.any();
  return file;
}

int find_column(const Context& context, const CsvFile& file, const std::string& column) {
  const auto found = std::find(file.columns.begin(), file.columns.end(), column);
  const auto index = static_cast<int>(found - file.columns.begin());
  if (found == file.columns.end()) {
    context.report.add(Code::kAttachedColumn, file.span,
                       fmt::format("\"{}\" has no column {}", file.name, quote(column)),
                       nearest(column, file.columns, "its columns are"));
    return -1;
  }
  if (std::find(found + 1, file.columns.end(), column) == file.columns.end()) return index;
  context.report.add(Code::kAttachedColumn, file.span,
                     fmt::format("\"{}\" has two columns {}", file.name, quote(column)),
                     {.help = "rename one of them", .fix = {}});
  return -1;
}

}  // namespace tocsin::dsl::checking
