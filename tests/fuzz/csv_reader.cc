// A table gives the same JSON lines however it is read, one for each line of the file.
#include <simdjson.h>

#include <memory>

#include "connectors/file/line_formats.h"
#include "rules-dsl/syntax/utf8.h"
#include "tests/fuzz/file_reading.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace tocsin::fuzz {
namespace {

ReadFile read_table(std::string_view stream, char delimiter, std::string_view sizes,
                    uint32_t chunk_lines) {
  return read_file(open_table("fuzz.csv", delimiter,
                              std::make_unique<PiecewiseSource>(sizes, stream),
                              {.source = "fuzz", .as_type = "record", .chunk_lines = chunk_lines}));
}

// Each line is empty or a JSON object of texts.
void require_objects(std::string_view text) {
  simdjson::dom::parser parser;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    if (line.empty()) continue;
    simdjson::dom::object members;
    require(!parser.parse(line.data(), line.size()).get(members), "a row becomes a JSON object");
    for (const auto& member : members) {
      std::string_view cell;
      require(!member.value.get(cell) && !cell.empty(), "a member is a cell that is not empty");
    }
  }
}

}  // namespace

void csv_reader(std::string_view input) {
  Input choices(input);
  const char delimiter = choices.byte() % 2 == 1 ? '\t' : ',';
  const uint32_t chunk_lines = choices.byte() + 1u;
  const std::string_view sizes = choices.text();
  const std::string stream = swell(choices.rest());

  const ReadFile whole = read_table(stream, delimiter, {}, UINT32_MAX);
  const ReadFile cut = read_table(stream, delimiter, sizes, chunk_lines);
  require_same_file(whole, cut);
  if (!whole.error.empty()) return;

  require(whole.gapless && cut.gapless, "places are those of the converted stream");
  require(whole.lines == lines_of(stream), "line numbers are those of an editor");
  if (dsl::find_invalid_utf8(stream) == std::string::npos) require_objects(whole.text);
}

}  // namespace tocsin::fuzz
