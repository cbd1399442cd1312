#include "rules-dsl/value/csv_row.h"

#include <algorithm>

#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

// What stands after a cell.
enum class After : uint8_t { kCell, kRowEnd, kIncomplete, kUnclosed, kMalformed };

class RowParser {
 public:
  RowParser(std::string_view data, bool at_end, char delimiter, CsvRow& row)
      : data_(data), at_end_(at_end), delimiter_(delimiter), row_(row) {}

  CsvOutcome parse() {
    for (;;) {
      const bool quoted = at_ < data_.size() && data_[at_] == '"';
      switch (quoted ? quoted_cell() : plain_cell()) {
        case After::kCell:
          break;
        case After::kRowEnd:
          return CsvOutcome::kRow;
        case After::kIncomplete:
          return CsvOutcome::kIncomplete;
        case After::kUnclosed:
          return CsvOutcome::kUnclosed;
        case After::kMalformed:
          return CsvOutcome::kMalformed;
      }
    }
  }

  size_t position() const { return at_; }

 private:
  After plain_cell() {
    size_t end = at_;
    while (end < data_.size() && data_[end] != delimiter_ && data_[end] != '\n') ++end;
    if (end == data_.size() && !at_end_) return After::kIncomplete;

    const bool row_ends = end == data_.size() || data_[end] == '\n';
    const bool carriage_return = row_ends && end > at_ && data_[end - 1] == '\r';
    row_.cells.push_back({data_.substr(at_, end - at_ - (carriage_return ? 1 : 0)), false});
    at_ = std::min(end + 1, data_.size());
    return row_ends ? After::kRowEnd : After::kCell;
  }

  After quoted_cell() {
    const size_t begin = at_ + 1;
    bool doubled = false;
    size_t quote = data_.find('"', begin);
    while (quote != data_.npos && quote + 1 < data_.size() && data_[quote + 1] == '"') {
      doubled = true;
      quote = data_.find('"', quote + 2);
    }
    if (quote == data_.npos) return at_end_ ? After::kUnclosed : After::kIncomplete;
    if (quote + 1 == data_.size() && !at_end_) return After::kIncomplete;  // perhaps a doubled one

    const std::string_view text = data_.substr(begin, quote - begin);
    row_.cells.push_back({text, doubled});
    row_.lines += static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
    at_ = quote + 1;
    return after_quote();
  }

  After after_quote() {
    const std::string_view rest = data_.substr(at_);
    if (rest.empty()) return After::kRowEnd;
    if (rest == "\r" && !at_end_) return After::kIncomplete;
    const bool line_end = rest[0] == '\n' || rest == "\r" || rest.starts_with("\r\n");
    if (!line_end && rest[0] != delimiter_) return After::kMalformed;
    at_ += rest.starts_with("\r\n") ? 2 : 1;
    return line_end ? After::kRowEnd : After::kCell;
  }

  const std::string_view data_;
  const bool at_end_;
  const char delimiter_;
  CsvRow& row_;
  size_t at_ = 0;
};

}  // namespace

std::string csv_cell_text(const CsvCell& cell) {
  std::string text(cell.text);
  if (!cell.doubled_quotes) return text;
  size_t out = 0;
  for (size_t in = 0; in < text.size(); ++in) {
    text[out++] = text[in];
    if (text[in] == '"') ++in;  // its twin
  }
  text.resize(out);
  return text;
}

void parse_csv_row(std::string_view data, bool at_end, char delimiter, CsvRow& row) {
  row.lines = 1;
  row.cells.clear();
  const std::string_view reach = data.substr(0, limits::kLineBytesMax);
  const bool beyond = data.size() > reach.size();
  RowParser parser(reach, at_end && !beyond, delimiter, row);
  row.outcome = parser.parse();
  row.bytes = parser.position();
  if (row.outcome == CsvOutcome::kIncomplete && beyond) row.outcome = CsvOutcome::kTooLong;
}

}  // namespace tocsin
