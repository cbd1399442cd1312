// Bytes read ahead of a framer: it looks at data(), takes what it understands, and asks for more.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/file/byte_source.h"

namespace tocsin {

class ReadBuffer {
 public:
  explicit ReadBuffer(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  // What is read and not yet consumed. Valid until fill().
  std::string_view data() const { return std::string_view(bytes_).substr(begin_); }
  bool at_end() const { return at_end_; }
  void consume(size_t count) { begin_ += count; }

  // Adds at least one byte to data(), or sets at_end().
  Status fill();
  // Fills until data() has so many bytes, or at_end(): a pipe gives what it has, however little.
  Status fill_to(size_t bytes);

  struct SkippedLine {
    std::string head;    // at most limits::kRejectTextBytesMax, without the line end
    uint64_t bytes = 0;  // consumed, with the line end
  };
  // Consumes up to behind the next line end, or all there is, without ever holding it whole; what
  // was skipped is told even if reading failed.
  Status skip_line(SkippedLine& skipped);

  uint64_t stored_bytes_read() const { return source_->stored_bytes_read(); }

 private:
  const std::unique_ptr<ByteSource> source_;
  std::string bytes_;
  size_t begin_ = 0;
  bool at_end_ = false;
};

}  // namespace tocsin
