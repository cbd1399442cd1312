// One row of a table file by RFC 4180, with the delimiter of one's choice.
//
// A quote inside an unquoted cell is kept as it is (5" pipe); a cell that begins with a quote must
// end with one. Rows end with LF or CRLF; inside quotes line ends belong to the cell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

struct CsvCell {
  std::string_view text;        // without the surrounding quotes; points into the data parsed
  bool doubled_quotes = false;  // "" within stands for one quote
};

// `cell` with doubled quotes made single.
std::string csv_cell_text(const CsvCell& cell);

enum class CsvOutcome : uint8_t {
  kRow,
  kIncomplete,  // the row may go on after `data`
  kUnclosed,    // at the end of the file inside quotes
  kMalformed,   // something follows a closing quote
  kTooLong,     // takes more than limits::kLineBytesMax, its line end included
};

struct CsvRow {
  CsvOutcome outcome = CsvOutcome::kRow;
  size_t bytes = 0;            // kRow: with its line end
  uint32_t lines = 1;          // kRow: lines of the file it takes
  std::vector<CsvCell> cells;  // kRow: at least one; otherwise those before the trouble
};

// Parses the row at the start of `data` (not empty) into `row`, whose cells are replaced. What lies
// beyond the limit of a row is never looked at: any outcome but kIncomplete is that of the file,
// however much of it is there.
void parse_csv_row(std::string_view data, bool at_end, char delimiter, CsvRow& row);

}  // namespace tocsin
