#include <fmt/format.h>

#include <optional>

#include "connectors/file/chunk_builder.h"
#include "connectors/file/csv_header.h"
#include "connectors/file/line_formats.h"
#include "connectors/file/read_buffer.h"
#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

class TableLines : public LineSource {
 public:
  TableLines(char delimiter, std::unique_ptr<ByteSource> bytes, LineSourceOptions options)
      : delimiter_(delimiter),
        as_type_(options.as_type),
        buffer_(std::move(bytes)),
        builder_(std::move(options)) {}

  // Reads the header; its lines are given out as empty ones.
  Status begin(const std::string& path) {
    Status filled = buffer_.fill_to(kByteOrderMark.size());
    if (!filled) return filled;
    if (buffer_.data().starts_with(kByteOrderMark)) buffer_.consume(kByteOrderMark.size());
    if (!parse_row()) {
      return failure_ ? *failure_
                      : Error{ErrorKind::kInput, fmt::format("{} is empty", path),
                              "begin the file with a header line that names the columns"};
    }
    if (row_.outcome != CsvOutcome::kRow) {
      return Error{ErrorKind::kInput, fmt::format("{}: line 1: {}", path, trouble()),
                   "begin the file with a header line that names the columns"};
    }
    Result<CsvHeader> header = CsvHeader::from(path, row_.cells, as_type_);
    if (!header) return header.error();
    header_ = std::move(*header);
    header_lines_ = row_.lines;
    buffer_.consume(row_.bytes);
    return Done{};
  }

  Result<Chunk> next() override {
    builder_.begin();
    for (; header_lines_ > 0; --header_lines_) builder_.end_line();
    while (!builder_.full() && !failure_) {
      if (!take_row()) break;
    }
    if (builder_.empty() && failure_) return *failure_;
    return builder_.take();
  }

  uint64_t stored_bytes_read() const override { return buffer_.stored_bytes_read(); }

 private:
  // False at the end, or when reading failed.
  bool take_row() {
    if (!parse_row()) return false;
    if (row_.outcome != CsvOutcome::kRow) return reject_line();
    const std::string_view written = buffer_.data().substr(0, row_.bytes);
    const bool blank = row_.cells.size() == 1 && row_.cells[0].text.empty();
    if (blank) {
      builder_.end_line();
    } else {
      convert(written);
    }
    for (uint32_t line = 1; line < row_.lines; ++line) builder_.end_line();
    buffer_.consume(row_.bytes);
    return true;
  }

  void convert(std::string_view written) {
    std::string& out = builder_.open_line();
    const size_t begin = out.size();
    std::optional<std::string> wrong = header_.append_row(out, row_.cells);
    if (out.size() - begin > limits::kLineBytesMax) wrong = too_long();
    if (!wrong) return builder_.end_line();
    out.resize(begin);
    builder_.add_reject(std::move(*wrong), written, 1);
  }

  // Parses the next row, reading on until it is settled what it is. False at the end, or when
  // reading failed.
  bool parse_row() {
    for (;;) {
      const std::string_view data = buffer_.data();
      if (data.empty() && buffer_.at_end()) return false;
      parse_csv_row(data, buffer_.at_end(), delimiter_, row_);
      if (row_.outcome != CsvOutcome::kIncomplete) return true;
      if (!fill()) return false;
    }
  }

  // Gives up one line of the file only: after a stray quote the lines that follow are most likely
  // sound.
  bool reject_line() {
    std::string reason = trouble();
    ReadBuffer::SkippedLine skipped;
    if (Status read = buffer_.skip_line(skipped); !read) {
      failure_ = read.error();
      return false;
    }
    builder_.add_reject(std::move(reason), skipped.head, 1);
    return true;
  }

  std::string trouble() const {
    const size_t column = row_.cells.size() + 1;
    switch (row_.outcome) {
      case CsvOutcome::kUnclosed:
        return fmt::format("the quote that opens cell {} is never closed", column);
      case CsvOutcome::kMalformed:
        return fmt::format(
            "something follows the closing quote of cell {}; write a quote within as \"\"",
            column - 1);
      case CsvOutcome::kRow:
      case CsvOutcome::kIncomplete:
      case CsvOutcome::kTooLong:
        break;
    }
    return too_long();
  }

  static std::string too_long() {
    return fmt::format("the row is longer than {} bytes; is a quote left open?",
                       limits::kLineBytesMax);
  }

  bool fill() {
    Status filled = buffer_.fill();
    if (!filled) failure_ = filled.error();
    return filled.ok();
  }

  const char delimiter_;
  const std::string as_type_;
  ReadBuffer buffer_;
  ChunkBuilder builder_;
  CsvHeader header_;
  uint32_t header_lines_ = 0;
  CsvRow row_;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::unique_ptr<LineSource>> open_table(const std::string& path, char delimiter,
                                               std::unique_ptr<ByteSource> bytes,
                                               LineSourceOptions options) {
  auto lines = std::make_unique<TableLines>(delimiter, std::move(bytes), std::move(options));
  Status begun = lines->begin(path);
  if (!begun) return begun.error();
  return std::unique_ptr<LineSource>(std::move(lines));
}

}  // namespace tocsin
