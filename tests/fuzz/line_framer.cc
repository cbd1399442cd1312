// A stream gives the same lines however it is cut, and none is lost.
#include "connectors/tcp/line_framer.h"

#include <algorithm>

#include "rules-dsl/limits.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace tocsin::fuzz {
namespace {

// What was framed, with the chunks' borders forgotten.
struct Framed {
  std::string text;     // the lines
  std::string rejects;  // one a line, with its place
  uint64_t lines = 0;
};

// Takes a chunk that must go on where the one before ended.
void take_chunk(LineFramer& framer, Framed& framed) {
  const Chunk chunk = framer.take();
  require(chunk.first_line == framed.lines + 1, "a chunk goes on at the next line");
  require(chunk.lines == std::count(chunk.bytes.begin(), chunk.bytes.end(), '\n'),
          "a chunk counts its lines");
  require(chunk.bytes.capacity() >= chunk.bytes.size() + limits::kPaddingBytes,
          "a chunk has room behind it for simdjson");
  for (const FramingReject& reject : chunk.framing_rejects) {
    require(reject.line > framed.lines && reject.line <= framed.lines + chunk.lines,
            "a reject is of the chunk");
    require(reject.text.size() <= limits::kRejectTextBytesMax, "a reject holds a beginning only");
    framed.rejects += std::to_string(reject.line) + "@" + std::to_string(reject.byte_offset) + " " +
                      reject.text + "\n";
  }
  framed.text += chunk.bytes;
  framed.lines += chunk.lines;
}

Framed frame(std::string_view stream, std::string_view sizes, bool take_at_once) {
  LineFramer framer(FramerStart{});
  Framed framed;
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

  const Framed whole = frame(stream, {}, false);
  const auto line_ends = static_cast<uint64_t>(std::count(stream.begin(), stream.end(), '\n'));
  const bool open_end = !stream.empty() && stream.back() != '\n';
  require(whole.lines == line_ends + (open_end ? 1 : 0), "every line of the stream is framed");

  const Framed cut = frame(stream, sizes, take_at_once);
  require_same(whole.text, cut.text, "pieces give the same lines");
  require_same(whole.rejects, cut.rejects, "pieces give the same rejects");
}

}  // namespace tocsin::fuzz
