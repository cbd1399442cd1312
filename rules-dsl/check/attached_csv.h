// CSV files that a policy names: its calendar of working days, its tables.
//
// Their contents come in with the sources (SourceSet::attach). A mistake is reported at the place
// in the policy that names the file, with the file's own line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules-dsl/check/scope.h"

namespace tocsin::dsl::checking {

struct CsvFile {
  struct Row {
    uint32_t line = 0;
    std::vector<std::string> cells;  // as many as the header has
  };
  std::string name;
  Span span;  // where the policy names it
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

// The whole file, by its header; nothing after a message. Rows that cannot be read are reported and
// left out, and `sound` is set to false.
std::optional<CsvFile> read_attached(const Context& context, const std::string& name, Span span,
                                     bool& sound);
// Index of the column, or -1 after a message.
int find_column(const Context& context, const CsvFile& file, const std::string& column);

// Reports mistakes in rows, R0277; the first ones and how many more there are. Rows of the policy
// itself have no file, and their numbers instead of lines.
class RowMistakes {
 public:
  RowMistakes(const Context& context, std::string file, Span span)
      : context_(context), file_(std::move(file)), span_(span) {}
  RowMistakes(const RowMistakes&) = delete;
  RowMistakes& operator=(const RowMistakes&) = delete;
  ~RowMistakes();

  void add(uint32_t line, const std::string& message, std::string help);
  bool any() const { return count_ > 0; }

 private:
  const Context& context_;
  const std::string file_;
  const Span span_;
  size_t count_ = 0;
};

}  // namespace tocsin::dsl::checking
