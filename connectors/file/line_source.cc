#include "connectors/file/line_source.h"

#include <fmt/format.h>

#include "connectors/file/line_formats.h"

namespace tocsin {
namespace {

enum class Format : uint8_t { kUnknown, kNdjson, kCsv, kTsv };

Format format_of(std::string_view path) {
  if (path == "-") return Format::kNdjson;
  if (path.ends_with(".gz")) path.remove_suffix(3);
  if (path.ends_with(".zst")) path.remove_suffix(4);
  if (path.ends_with(".csv")) return Format::kCsv;
  if (path.ends_with(".tsv")) return Format::kTsv;
  for (const std::string_view ending : {".ndjson", ".jsonl", ".json"}) {
    if (path.ends_with(ending)) return Format::kNdjson;
  }
  return Format::kUnknown;
}

}  // namespace

bool is_table_file(const std::string& path) {
  const Format format = format_of(path);
  return format == Format::kCsv || format == Format::kTsv;
}

Result<std::unique_ptr<LineSource>> open_lines(const std::string& path, LineSourceOptions options) {
  if (options.source.empty()) options.source = path;
  Result<std::unique_ptr<ByteSource>> bytes = open_bytes(path);
  if (!bytes) return bytes.error();

  switch (format_of(path)) {
    case Format::kNdjson:
      return open_ndjson(path, std::move(*bytes), std::move(options));
    case Format::kCsv:
      return open_table(path, ',', std::move(*bytes), std::move(options));
    case Format::kTsv:
      return open_table(path, '\t', std::move(*bytes), std::move(options));
    case Format::kUnknown:
      break;
  }
  return Error{ErrorKind::kInput, fmt::format("the ending of {} does not say what it holds", path),
               "name it .ndjson (one JSON object a line), .csv or .tsv, each also .gz or .zst"};
}

}  // namespace tocsin
