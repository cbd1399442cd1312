#include "connectors/cli/line_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace tocsin {
namespace {

constexpr size_t kCellsMax = size_t{16} << 20;  // of the table of common lines, 4 bytes each

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

class Differ {
 public:
  Differ(std::string_view before, std::string_view after)
      : before_(lines_of(before)), after_(lines_of(after)) {}

  std::vector<std::string> run() {
    while (first_ < std::min(before_.size(), after_.size()) && before_[first_] == after_[first_]) {
      ++first_;
    }
    size_t same = 0;  // at the end
    while (same < std::min(before_.size(), after_.size()) - first_ &&
           before_[before_.size() - 1 - same] == after_[after_.size() - 1 - same]) {
      ++same;
    }
    rows_ = before_.size() - same - first_;
    columns_ = after_.size() - same - first_;
    if ((rows_ + 1) * (columns_ + 1) <= kCellsMax) fill();
    walk();
    return std::move(found_);
  }

 private:
  // common_: how many lines the rest of both texts, from a row and a column on, have in common.
  uint32_t& cell(size_t row, size_t column) { return common_[row * (columns_ + 1) + column]; }
  bool is_same(size_t row, size_t column) const {
    return before_[first_ + row] == after_[first_ + column];
  }

  void fill() {
    common_.assign((rows_ + 1) * (columns_ + 1), 0);
    for (size_t row = rows_; row-- > 0;) {
      for (size_t column = columns_; column-- > 0;) {
        cell(row, column) = is_same(row, column)
                                ? cell(row + 1, column + 1) + 1
                                : std::max(cell(row + 1, column), cell(row, column + 1));
      }
    }
  }

  void walk() {
    size_t row = 0, column = 0;
    while (row < rows_ || column < columns_) {
      const bool both = row < rows_ && column < columns_;
      if (both && !common_.empty() && is_same(row, column)) {
        ++row, ++column;
      } else if (row < rows_ &&
                 (!both || common_.empty() || cell(row + 1, column) >= cell(row, column + 1))) {
        found_.push_back(fmt::format("{} - {}", first_ + row + 1, before_[first_ + row]));
        ++row;
      } else {
        found_.push_back(fmt::format("{} + {}", first_ + column + 1, after_[first_ + column]));
        ++column;
      }
    }
  }

  const std::vector<std::string_view> before_, after_;
  size_t first_ = 0;  // line that differs
  size_t rows_ = 0, columns_ = 0;
  std::vector<uint32_t> common_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> line_diff(std::string_view before, std::string_view after) {
  return Differ(before, after).run();
}

}  // namespace tocsin
