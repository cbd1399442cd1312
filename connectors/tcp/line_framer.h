// A stream of bytes as chunks of lines.
//
// A line ends with '\n' or "\r\n" (the '\r' is dropped); a byte order mark before the first line of
// a source is dropped too. Nothing else is looked at: NUL bytes and broken UTF-8 are the decoder's
// business. A line of more than limits::kLineBytesMax bytes becomes a FramingReject and an empty
// line, and only its beginning is ever held. Memory: one unfinished line, and the finished ones
// until take(). Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/batch.h"

namespace tocsin {

// Whose lines these are, and where in the source they begin.
struct FramerStart {
  std::string source;
  std::string as_type;
  uint64_t connection = 0;  // Chunk::connection
  uint64_t first_line = 1;
  uint64_t byte_offset = 0;
};

class LineFramer {
 public:
  explicit LineFramer(FramerStart start);

  // Takes the next bytes of the stream.
  void append(std::string_view bytes);

  // The stream has ended: an unfinished last line counts as a line.
  void finish();

  // Has take() anything to give?
  bool has_lines() const { return chunk_.lines > 0; }
  // A line has begun and has not ended.
  bool inside_line() const { return skipping_ || !partial_.empty(); }

  // The lines finished since the last call. Its byte_offset counts the bytes of the stream as they
  // came. Requires: has_lines().
  Chunk take();

  // Number of the last finished line, taken or not; first_line - 1 before any.
  uint64_t last_line() const { return next_line_ - 1; }

 private:
  void end_line(std::string_view tail, size_t end_bytes);
  void keep_line(std::string_view line);
  void reject_line(std::string_view beginning);
  void hold(std::string_view piece);
  std::string_view without_mark(std::string_view line) const;

  FramerStart start_;
  Chunk chunk_;
  uint64_t next_line_;
  uint64_t line_offset_;     // of the first byte of the line being read
  uint64_t line_bytes_ = 0;  // of it, so far held or skipped
  std::string partial_;      // the line so far; only its beginning once it is too long
  bool skipping_ = false;    // the line is too long
};

}  // namespace tocsin
