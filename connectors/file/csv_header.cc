#include "connectors/file/csv_header.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/record/json_text.h"
#include "rules-dsl/syntax/utf8.h"

namespace tocsin {
namespace {

Error header_error(const std::string& path, std::string what, std::string remedy) {
  return {ErrorKind::kInput, fmt::format("{}: {}", path, what), std::move(remedy)};
}

// The first name that an earlier column has too; npos when there is none.
size_t find_repeated(const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    const auto here = names.begin() + static_cast<std::ptrdiff_t>(i);
    if (!names[i].empty() && std::find(names.begin(), here, names[i]) != here) return i;
  }
  return std::string::npos;
}

}  // namespace

Result<CsvHeader> CsvHeader::from(const std::string& path, const std::vector<CsvCell>& cells,
                                  const std::string& as_type) {
  std::vector<std::string> names;
  for (const CsvCell& cell : cells) {
    names.push_back(csv_cell_text(cell));
    if (dsl::find_invalid_utf8(names.back()) != std::string::npos) {
      return header_error(
          path, "the header is not UTF-8",
          fmt::format("convert the file first, e.g. iconv -f GB18030 -t UTF-8 {}", path));
    }
  }
  if (const size_t repeated = find_repeated(names); repeated != std::string::npos) {
    return header_error(path, fmt::format("two columns are named `{}`", names[repeated]),
                        fmt::format("rename column {}", repeated + 1));
  }
  const auto named = [](const std::string& name) { return !name.empty(); };
  if (std::none_of(names.begin(), names.end(), named)) {
    return header_error(path, "the first line names no column",
                        "begin the file with a header line");
  }
  if (as_type.empty() && std::find(names.begin(), names.end(), "type") == names.end()) {
    return header_error(path, "its rows have no record type: there is no column `type`",
                        fmt::format("say which records these are: --as TYPE {}", path));
  }

  CsvHeader header;
  for (const std::string& name : names) {
    std::string& member = header.members_.emplace_back();
    if (name.empty()) continue;
    append_json_string(member, name);
    member += ':';
  }
  return header;
}

std::optional<std::string> CsvHeader::append_row(std::string& out,
                                                 const std::vector<CsvCell>& cells) const {
  if (cells.size() != members_.size()) {
    return fmt::format("the row has {} cells, the header has {}", cells.size(), members_.size());
  }
  out += '{';
  bool first = true;
  for (size_t i = 0; i < cells.size(); ++i) {
    const CsvCell& cell = cells[i];
    if (members_[i].empty() || cell.text.empty()) continue;
    if (!first) out += ',';
    first = false;
    out += members_[i];
    if (cell.doubled_quotes) {
      append_json_string_raw(out, csv_cell_text(cell));
    } else {
      append_json_string_raw(out, cell.text);
    }
  }
  out += '}';
  return std::nullopt;
}

}  // namespace tocsin
