// Chunks of one stream, with their borders forgotten: what must not depend on how it was cut.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/record/batch.h"
#include "tests/fuzz/require.h"

namespace tocsin::fuzz {

struct TakenChunks {
  std::string text;     // the lines
  std::string rejects;  // one a line, with its place
  uint64_t lines = 0;
  bool gapless = true;  // each chunk begins at the byte where the one before ended

  void take(const Chunk& chunk) {
    require(chunk.first_line == lines + 1, "a chunk goes on at the next line");
    require(chunk.lines == std::count(chunk.bytes.begin(), chunk.bytes.end(), '\n'),
            "a chunk counts its lines");
    for (const FramingReject& reject : chunk.framing_rejects) {
      rejects += std::to_string(reject.line) + "@" + std::to_string(reject.byte_offset) + " " +
                 reject.reason + ": " + reject.text + "\n";
    }
    gapless = gapless && chunk.byte_offset == text.size();
    text += chunk.bytes;
    lines += chunk.lines;
  }
};

inline void require_same_chunks(const TakenChunks& whole, const TakenChunks& cut) {
  require_same(whole.text, cut.text, "pieces give the same lines");
  require_same(whole.rejects, cut.rejects, "pieces give the same rejects");
}

// As an editor counts them.
inline uint64_t lines_of(std::string_view text) {
  const bool open_end = !text.empty() && text.back() != '\n';
  return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')) + (open_end ? 1 : 0);
}

}  // namespace tocsin::fuzz
