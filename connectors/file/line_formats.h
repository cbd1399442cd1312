// The formats behind open_lines().
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/file/byte_source.h"
#include "connectors/file/line_source.h"

namespace tocsin {

Result<std::unique_ptr<LineSource>> open_ndjson(const std::string& path,
                                                std::unique_ptr<ByteSource> bytes,
                                                LineSourceOptions options);
// Reads the header.
Result<std::unique_ptr<LineSource>> open_table(const std::string& path, char delimiter,
                                               std::unique_ptr<ByteSource> bytes,
                                               LineSourceOptions options);

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace tocsin
