#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "connectors/file/chunk_builder.h"
#include "connectors/file/line_formats.h"
#include "connectors/file/read_buffer.h"
#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

class NdjsonLines : public LineSource {
 public:
  NdjsonLines(std::unique_ptr<ByteSource> bytes, LineSourceOptions options)
      : buffer_(std::move(bytes)), builder_(std::move(options)) {}

  // A byte order mark becomes blanks, so that places stay true.
  Status begin(const std::string& path) {
    if (Status filled = buffer_.fill_to(kByteOrderMark.size()); !filled) return filled;
    has_mark_ = buffer_.data().starts_with(kByteOrderMark);
    size_t first = first_of_record();
    while (first == std::string_view::npos && !buffer_.at_end() &&
           buffer_.data().size() < limits::kLineBytesMax) {
      if (Status filled = buffer_.fill(); !filled) return filled;
      first = first_of_record();
    }
    if (first != std::string_view::npos && buffer_.data()[first] == '[') {
      return Error{ErrorKind::kInput,
                   fmt::format("{} holds one JSON array, not one object a line", path),
                   fmt::format("convert it first: jq -c '.[]' {}", path)};
    }
    return Done{};
  }

  Result<Chunk> next() override {
    builder_.begin();
    while (!builder_.full() && !failure_) {
      if (!take_line()) break;
    }
    if (builder_.empty() && failure_) return *failure_;
    return builder_.take();
  }

  uint64_t stored_bytes_read() const override { return buffer_.stored_bytes_read(); }

 private:
  // Looks no further than a line may reach, however much is there.
  size_t first_of_record() const {
    const std::string_view reach = buffer_.data().substr(0, limits::kLineBytesMax);
    return reach.find_first_not_of(" \t\r\n", has_mark_ ? kByteOrderMark.size() : 0);
  }

  // False at the end, or when reading failed.
  bool take_line() {
    for (;;) {
      const std::string_view data = buffer_.data();
      const size_t end = data.find('\n');
      if (std::min(end, data.size()) > limits::kLineBytesMax) return skip_line();
      if (end != data.npos) {
        add(data.substr(0, end));
        buffer_.consume(end + 1);
        return true;
      }
      if (buffer_.at_end()) {
        if (data.empty()) return false;
        add(data);
        buffer_.consume(data.size());
        return true;
      }
      if (!fill()) return false;
    }
  }

  void add(std::string_view line) {
    if (!has_mark_) return builder_.add(line);
    has_mark_ = false;
    builder_.open_line().append("   ").append(line.substr(kByteOrderMark.size()));
    builder_.end_line();
  }

  // A line that is too long is passed over without ever being held whole.
  bool skip_line() {
    has_mark_ = false;  // it stood in this line, if anywhere
    ReadBuffer::SkippedLine skipped;
    Status read = buffer_.skip_line(skipped);
    if (!read) failure_ = read.error();
    builder_.add_reject(fmt::format("the line is longer than {} bytes", limits::kLineBytesMax),
                        skipped.head, skipped.bytes);
    return !failure_;
  }

  bool fill() {
    Status filled = buffer_.fill();
    if (!filled) failure_ = filled.error();
    return filled.ok();
  }

  ReadBuffer buffer_;
  ChunkBuilder builder_;
  bool has_mark_ = false;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::unique_ptr<LineSource>> open_ndjson(const std::string& path,
                                                std::unique_ptr<ByteSource> bytes,
                                                LineSourceOptions options) {
  auto lines = std::make_unique<NdjsonLines>(std::move(bytes), std::move(options));
  Status begun = lines->begin(path);
  if (!begun) return begun.error();
  return std::unique_ptr<LineSource>(std::move(lines));
}

}  // namespace tocsin
