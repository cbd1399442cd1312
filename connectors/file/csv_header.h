// The header of a table file, and rows turned into JSON lines by it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/result.h"
#include "rules-dsl/value/csv_row.h"

namespace tocsin {

class CsvHeader {
 public:
  // A column without a name is left out. Errors: not UTF-8, one name twice, no named column, or
  // rows without a type (no column `type`, and `as_type` is empty).
  static Result<CsvHeader> from(const std::string& path, const std::vector<CsvCell>& cells,
                                const std::string& as_type);

  // Appends {"column":"cell",...} with the cells that are not empty, and no line end. Returns what
  // is wrong with the row instead, when it has too few or too many cells.
  std::optional<std::string> append_row(std::string& out, const std::vector<CsvCell>& cells) const;

 private:
  std::vector<std::string> members_;  // `"column":`, or empty for a column without a name
};

}  // namespace tocsin
