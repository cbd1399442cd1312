// A file of JSON lines gives the same lines however it is read, and as many as it has.
#include <memory>

#include "connectors/file/line_formats.h"
#include "tests/fuzz/file_reading.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace tocsin::fuzz {
namespace {

ReadFile read_lines(std::string_view stream, std::string_view sizes, uint32_t chunk_lines) {
  return read_file(open_ndjson("fuzz.ndjson", std::make_unique<PiecewiseSource>(sizes, stream),
                               {.source = "fuzz", .as_type = "", .chunk_lines = chunk_lines}));
}

}  // namespace

void ndjson_reader(std::string_view input) {
  Input choices(input);
  const uint32_t chunk_lines = choices.byte() + 1u;
  const std::string_view sizes = choices.text();
  const std::string stream = swell(choices.rest());

  const ReadFile whole = read_lines(stream, {}, UINT32_MAX);
  require_same_file(whole, read_lines(stream, sizes, chunk_lines));
  if (!whole.error.empty()) return;
  require(whole.lines == lines_of(stream), "line numbers are those of an editor");
  require(!whole.rejects.empty() || whole.text.size() - stream.size() <= 1,
          "lines are given out as they are, at their places");
}

}  // namespace tocsin::fuzz
