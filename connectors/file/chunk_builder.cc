#include "connectors/file/chunk_builder.h"

#include "rules-dsl/limits.h"
#include "rules-dsl/value/text.h"

namespace tocsin {
namespace {
constexpr size_t kSlackBytes = 64u
                               << 10;  // the line that fills a chunk ends somewhat after its size
}

void ChunkBuilder::begin() {
  chunk_ = Chunk{};
  chunk_.source = options_.source;
  chunk_.as_type = options_.as_type;
  chunk_.first_line = next_line_;
  chunk_.byte_offset = next_byte_;
  if (options_.chunk_lines == UINT32_MAX) chunk_.bytes.reserve(options_.chunk_bytes + kSlackBytes);
  bytes_left_out_ = 0;
  closed_ = false;
}

bool ChunkBuilder::full() const {
  return closed_ || chunk_.bytes.size() >= options_.chunk_bytes ||
         chunk_.lines >= options_.chunk_lines;
}

void ChunkBuilder::add(std::string_view line) {
  chunk_.bytes.append(line);
  end_line();
}

void ChunkBuilder::end_line() {
  chunk_.bytes += '\n';
  ++chunk_.lines;
}

void ChunkBuilder::add_reject(std::string reason, std::string_view text, uint64_t source_bytes) {
  const std::string_view kept = cut_utf8(text, limits::kRejectTextBytesMax);
  chunk_.framing_rejects.push_back({next_line_ + chunk_.lines, next_byte_ + chunk_.bytes.size(),
                                    std::move(reason), std::string(kept)});
  end_line();
  bytes_left_out_ = source_bytes - 1;
  closed_ = bytes_left_out_ > 0;
}

Chunk ChunkBuilder::take() {
  next_line_ += chunk_.lines;
  next_byte_ += chunk_.bytes.size() + bytes_left_out_;
  chunk_.bytes.reserve(chunk_.bytes.size() + limits::kPaddingBytes);
  return std::move(chunk_);
}

}  // namespace tocsin
