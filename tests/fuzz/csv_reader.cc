// A table gives the same JSON lines however it is read, one for each line of the file.
#include <simdjson.h>

#include <algorithm>

#include "connectors/file/line_formats.h"
#include "rules-dsl/syntax/utf8.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace tocsin::fuzz {
namespace {

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

struct ReadTable {
  std::string error;  // of the header; then there is nothing else
  std::string text;
  std::string rejects;
  uint64_t lines = 0;
};

void take_table_chunk(const Chunk& chunk, ReadTable& table) {
  require(chunk.first_line == table.lines + 1, "a chunk goes on at the next line");
  require(chunk.byte_offset == table.text.size(), "a chunk goes on at the next byte");
  require(chunk.lines == std::count(chunk.bytes.begin(), chunk.bytes.end(), '\n'),
          "a chunk counts its lines");
  for (const FramingReject& reject : chunk.framing_rejects) {
    table.rejects += std::to_string(reject.line) + "@" + std::to_string(reject.byte_offset) + " " +
                     reject.reason + ": " + reject.text + "\n";
  }
  table.text += chunk.bytes;
  table.lines += chunk.lines;
}

ReadTable read_table(std::string_view stream, char delimiter, std::string_view sizes,
                     uint32_t chunk_lines) {
  ReadTable table;
  auto lines = open_table("fuzz.csv", delimiter, std::make_unique<PiecewiseSource>(sizes, stream),
                          {.source = "fuzz", .as_type = "record", .chunk_lines = chunk_lines});
  if (!lines) {
    table.error = lines.error().message;
    return table;
  }
  for (;;) {
    Result<Chunk> chunk = (*lines)->next();
    require(chunk.ok(), "reading from memory does not fail");
    if (chunk->lines == 0) return table;
    take_table_chunk(*chunk, table);
  }
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

  const ReadTable whole = read_table(stream, delimiter, {}, UINT32_MAX);
  const ReadTable cut = read_table(stream, delimiter, sizes, chunk_lines);
  require_same(whole.error, cut.error, "pieces are refused alike");
  require_same(whole.text, cut.text, "pieces give the same lines");
  require_same(whole.rejects, cut.rejects, "pieces give the same rejects");
  if (!whole.error.empty()) return;

  const auto line_ends = static_cast<uint64_t>(std::count(stream.begin(), stream.end(), '\n'));
  const bool open_end = !stream.empty() && stream.back() != '\n';
  require(whole.lines == line_ends + (open_end ? 1 : 0), "line numbers are those of an editor");
  if (dsl::find_invalid_utf8(stream) == std::string::npos) require_objects(whole.text);
}

}  // namespace tocsin::fuzz
