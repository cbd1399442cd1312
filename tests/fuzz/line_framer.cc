// A stream gives the same lines however it is cut, and none is lost.
#include "connectors/tcp/line_framer.h"

#include "rules-dsl/limits.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/taken_chunks.h"
#include "tests/fuzz/targets.h"

namespace tocsin::fuzz {
namespace {

// Takes a chunk that must go on where the one before ended.
void take_chunk(LineFramer& framer, TakenChunks& framed) {
  const Chunk chunk = framer.take();
  require(chunk.bytes.capacity() >= chunk.bytes.size() + limits::kPaddingBytes,
          "a chunk has room behind it for simdjson");
  for (const FramingReject& reject : chunk.framing_rejects) {
    require(reject.line > framed.lines && reject.line <= framed.lines + chunk.lines,
            "a reject is of the chunk");
    require(reject.text.size() <= limits::kRejectTextBytesMax, "a reject holds a beginning only");
  }
  framed.take(chunk);
}

TakenChunks frame(std::string_view stream, std::string_view sizes, bool take_at_once) {
  LineFramer framer(FramerStart{});
  TakenChunks framed;
  Pieces pieces(sizes, stream);
  while (!pieces.at_end()) {
    framer.append(pieces.next());
    if (take_at_once && framer.has_lines()) take_chunk(framer, framed);
  }
  framer.finish();
  require(!framer.inside_line(), "nothing is unfinished at the end");
  if (framer.has_lines()) take_chunk(framer, framed);
  require(framer.last_line() == framed.lines, "the last line is the number of lines");
  return framed;
}

}  // namespace

void line_framer(std::string_view input) {
  Input choices(input);
  const bool take_at_once = choices.byte() % 2 == 1;
  const std::string_view sizes = choices.text();
  const std::string stream = swell(choices.rest());

  const TakenChunks whole = frame(stream, {}, false);
  require(whole.lines == lines_of(stream), "every line of the stream is framed");
  require_same_chunks(whole, frame(stream, sizes, take_at_once));
}

}  // namespace tocsin::fuzz
