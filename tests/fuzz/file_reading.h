// Reading a file that is in memory, and what came of it.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "connectors/file/byte_source.h"
#include "connectors/file/line_source.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/taken_chunks.h"

namespace tocsin::fuzz {

// Gives the stream in pieces, as a pipe does.
class PiecewiseSource : public ByteSource {
 public:
  PiecewiseSource(std::string_view sizes, std::string_view stream) : pieces_(sizes, stream) {}

  Result<size_t> read(char* out, size_t size) override {
    const std::string_view piece = pieces_.next(size);
    std::copy(piece.begin(), piece.end(), out);
    read_ += piece.size();
    return piece.size();
  }
  uint64_t stored_bytes_read() const override { return read_; }

 private:
  Pieces pieces_;
  uint64_t read_ = 0;
};

struct ReadFile : TakenChunks {
  std::string error;  // of the beginning; then there is nothing else
};

inline ReadFile read_file(Result<std::unique_ptr<LineSource>> source) {
  ReadFile file;
  if (!source) {
    file.error = source.error().message;
    return file;
  }
  for (;;) {
    Result<Chunk> chunk = (*source)->next();
    require(chunk.ok(), "reading from memory does not fail");
    if (chunk->lines == 0) return file;
    file.take(*chunk);
  }
}

inline void require_same_file(const ReadFile& whole, const ReadFile& cut) {
  require_same(whole.error, cut.error, "pieces are refused alike");
  require_same_chunks(whole, cut);
}

}  // namespace tocsin::fuzz
