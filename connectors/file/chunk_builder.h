// Puts lines together into chunks, counting lines and bytes of the source as it goes.
#pragma once

#include <optional>
#include <string_view>

#include "connectors/file/line_source.h"

namespace tocsin {

class ChunkBuilder {
 public:
  explicit ChunkBuilder(LineSourceOptions options) : options_(std::move(options)) {}

  // Requires: the chunk before, if any, was taken.
  void begin();
  bool full() const;
  bool empty() const { return chunk_.lines == 0; }

  // A line of the source; `line` has no line end.
  void add(std::string_view line);
  // Where a line is put together in place, to be closed by end_line().
  std::string& open_line() { return chunk_.bytes; }
  void end_line();
  // A line that cannot be framed; an empty line stands in for it. `source_bytes` is what it takes
  // of the source with its line end: more than 1 ends the chunk, since places in it no longer agree
  // with those of the source.
  void add_reject(std::string reason, std::string_view text, uint64_t source_bytes);

  Chunk take();

 private:
  const LineSourceOptions options_;
  Chunk chunk_;
  uint64_t next_line_ = 1;
  uint64_t next_byte_ = 0;
  uint64_t bytes_left_out_ = 0;  // of the reject that ended the chunk
  bool closed_ = false;
};

}  // namespace tocsin
