// A line is decoded or rejected, and means the same whenever and beside whatever it is decoded.
#include "engine/record/decoder.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <string>
#include <vector>

#include "rules-dsl/compile.h"
#include "rules-dsl/limits.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace tocsin::fuzz {
namespace {

constexpr const char* kPolicy = R"rules(policy "Fuzz" { timezone "Asia/Shanghai" }
record penalty {
  severity one of minor < serious < "very grave"
  amount   decimal optional
  count    int optional
  ratio    float optional
  final    bool optional
  due      date optional
  decided  time optional from "decided at" format "%d.%m.%Y %H:%M"
  region   region optional
  industry industry optional
  note     text optional
}
record inspection {
  id      from "Inspection ID", "Row"
  subject from "Shop"
  time    from "Date" format "%m/%d/%Y"
  shop    text optional from "Shop"
}
rule all {
  on penalty p
  level red
  say "{p.severity} {p.amount} {p.count} {p.ratio} {p.final} {p.due} {p.decided} {p.region} {p.industry} {p.note}"
}
rule shops { on inspection i  level red  say "{i.shop}" }
)rules";

const plan::Program& program() {
  static const std::shared_ptr<const plan::Program> compiled = [] {
    dsl::SourceSet sources;
    sources.add("fuzz.rules", kPolicy);
    return dsl::compile(sources).program;
  }();
  require(compiled != nullptr, "the target's own policy compiles");
  return *compiled;
}

Chunk chunk_of(std::string_view text) {
  Chunk chunk;
  chunk.source = "fuzz";
  chunk.bytes.reserve(text.size() + 1 + limits::kPaddingBytes);
  chunk.bytes = text;
  if (!chunk.bytes.ends_with('\n')) chunk.bytes += '\n';
  chunk.lines = static_cast<uint32_t>(std::count(chunk.bytes.begin(), chunk.bytes.end(), '\n'));
  return chunk;
}

std::string text_of(const Value& value) {
  std::string text = std::to_string(static_cast<int>(value.kind())) + ":";
  if (value.kind() == ValueKind::kText) return text.append(value.text());
  if (value.kind() == ValueKind::kFloat) {
    return text + std::to_string(std::bit_cast<uint64_t>(value.floating()));
  }
  return text + std::to_string(value.integer());
}

std::string text_of(const Row& row) {
  require(row.type < program().types.size(), "a row has a type of the policy");
  require(row.bytes % 8 == 0, "rows stay aligned");
  for (const std::string_view name : {row.id(), row.subject()}) {
    require(!name.empty() && name.size() <= limits::kIdBytesMax, "id and subject keep their limit");
  }
  std::string text = std::to_string(row.type) + " " + std::string(row.id()) + " " +
                     std::string(row.subject()) + " " + std::to_string(row.time) + " " +
                     std::to_string(row.version);
  for (uint32_t slot = 0; slot < row.slots; ++slot) text += " " + text_of(row.value(slot));
  return text;
}

DecodedSlice slice_of(size_t begin, size_t end) {
  DecodedSlice slice;
  slice.begin = begin;
  slice.end = end;
  return slice;
}

// What a slice of the chunk was decoded to; places are those of the chunk.
std::string decoded(Decoder& decoder, const Chunk& chunk, DecodedSlice slice, uint32_t& lines) {
  decoder.decode(chunk, INT64_MAX, slice);
  require(slice.operations.size() + slice.rejects.size() >= slice.records,
          "every record is decoded or rejected");
  std::string text;
  for (const Operation& operation : slice.operations) {
    text += std::to_string(lines + operation.line) + "@" +
            std::to_string(slice.begin + operation.byte_offset) + " " +
            std::to_string(static_cast<int>(operation.kind)) + " " + text_of(*operation.row) + " " +
            std::to_string(operation.below_version) + "\n";
  }
  for (const Reject& reject : slice.rejects) {
    require(!reject.reason.empty(), "a reject says why");
    text += std::to_string(lines + reject.line) + "@" +
            std::to_string(slice.begin + reject.byte_offset) + " " + reject.reason + " " +
            reject.field + " " + reject.text + "\n";
  }
  lines += slice.lines;
  return text;
}

std::string decoded_whole(Decoder& decoder, const Chunk& chunk) {
  uint32_t lines = 0;
  std::string text = decoded(decoder, chunk, slice_of(0, chunk.bytes.size()), lines);
  require(lines == chunk.lines, "every line is counted");
  return text;
}

// A line that is not blank, with a second object behind it.
void require_one_object(Decoder& decoder, std::string_view line) {
  const Chunk doubled = chunk_of(std::string(line) + "{}");
  DecodedSlice slice = slice_of(0, doubled.bytes.size());
  decoder.decode(doubled, INT64_MAX, slice);
  const bool blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
  require(blank || slice.operations.empty(), "nothing may follow a record on its line");
}

std::string decoded_by_line(Decoder& decoder, const Chunk& chunk) {
  std::string text;
  uint32_t lines = 0;
  for (size_t begin = 0; begin < chunk.bytes.size();) {
    const size_t end = chunk.bytes.find('\n', begin) + 1;
    text += decoded(decoder, chunk, slice_of(begin, end), lines);
    require_one_object(decoder, std::string_view(chunk.bytes).substr(begin, end - 1 - begin));
    begin = end;
  }
  return text;
}

// Operations come before rejects, in the whole as in each line.
std::string sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin + 1));
    begin = end + 1;
  }
  std::sort(lines.begin(), lines.end());
  std::string sorted;
  for (const std::string& line : lines) sorted += line;
  return sorted;
}

}  // namespace

void record_decoder(std::string_view input) {
  const Chunk chunk = chunk_of(input);
  Decoder decoder(program());
  const std::string first = decoded_whole(decoder, chunk);
  require_same(first, decoded_whole(decoder, chunk), "decoding twice gives the same");
  require_same(sorted_lines(first), sorted_lines(decoded_by_line(decoder, chunk)),
               "a line means the same by itself");
}

}  // namespace tocsin::fuzz
