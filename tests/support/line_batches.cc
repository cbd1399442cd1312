#include "tests/support/line_batches.h"

#include "rules-dsl/limits.h"

namespace tocsin::testing {

bool LineBatches::next(Batch& batch) {
  batch = {};
  if (at_ == end_) return false;
  // A wall clock that is the same in every run, so that whole messages can be compared.
  batch.wall_micros = 1'700'000'000'000'000 + static_cast<int64_t>(at_);
  Chunk& chunk = batch.chunks.emplace_back();
  chunk.source = "test";
  chunk.first_line = at_ + 1;
  chunk.byte_offset = bytes_;
  while (at_ < end_ && chunk.lines < batch_lines_) {
    chunk.bytes += lines_[at_++] + "\n";
    ++chunk.lines;
  }
  bytes_ += chunk.bytes.size();
  chunk.bytes.reserve(chunk.bytes.size() + limits::kPaddingBytes);
  return true;
}

}  // namespace tocsin::testing
