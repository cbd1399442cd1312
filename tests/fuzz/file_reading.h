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

// With the chunks' borders forgotten.
struct ReadFile {
  std::string error;  // of the beginning; then there is nothing else
  std::string text;
  std::string rejects;
  uint64_t lines = 0;
  bool gapless = true;  // each chunk begins at the byte where the one before ended
};

inline void take_chunk_of_file(const Chunk& chunk, ReadFile& file) {
  require(chunk.first_line == file.lines + 1, "a chunk goes on at the next line");
  require(chunk.lines == std::count(chunk.bytes.begin(), chunk.bytes.end(), '\n'),
          "a chunk counts its lines");
  for (const FramingReject& reject : chunk.framing_rejects) {
    file.rejects += std::to_string(reject.line) + "@" + std::to_string(reject.byte_offset) + " " +
                    reject.reason + ": " + reject.text + "\n";
  }
  file.gapless = file.gapless && chunk.byte_offset == file.text.size();
  file.text += chunk.bytes;
  file.lines += chunk.lines;
}

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
    take_chunk_of_file(*chunk, file);
  }
}

inline void require_same_file(const ReadFile& whole, const ReadFile& cut) {
  require_same(whole.error, cut.error, "pieces are refused alike");
  require_same(whole.text, cut.text, "pieces give the same lines");
  require_same(whole.rejects, cut.rejects, "pieces give the same rejects");
}

// As an editor counts them.
inline uint64_t lines_of(std::string_view text) {
  const bool open_end = !text.empty() && text.back() != '\n';
  return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')) + (open_end ? 1 : 0);
}

}  // namespace tocsin::fuzz
