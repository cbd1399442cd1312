#include "engine/record/kept_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

constexpr std::string_view kWithheld =
    "; the text of the line is withheld, as the policy has private fields";

FramingReject withheld(const Reject& reject, const Chunk& chunk, const DecodedSlice& slice) {
  const std::string field = reject.field.empty() ? "" : fmt::format(" (field `{}`)", reject.field);
  return {chunk.first_line + slice.first_line + reject.line,
          chunk.byte_offset + slice.begin + reject.byte_offset,
          fmt::format("{}{}{}", reject.reason, field, kWithheld), ""};
}

void withhold(FramingReject& reject) {
  reject.text.clear();
  if (!reject.reason.ends_with(kWithheld)) reject.reason += kWithheld;
}

// Takes the rejects of a slice over into its chunk, and its kept lines.
void keep_slice(DecodedSlice& slice, Chunk& chunk, std::string& kept) {
  for (const Reject& reject : slice.rejects) {
    chunk.framing_rejects.push_back(withheld(reject, chunk, slice));
  }
  slice.records -= static_cast<uint32_t>(slice.rejects.size());
  slice.rejects.clear();
  slice.begin = kept.size();
  kept += slice.kept;
  slice.end = kept.size();
  slice.kept = {};
}

}  // namespace

void keep_without_private_values(Batch& batch,
                                 const std::vector<std::unique_ptr<DecodedSlice>>& slices) {
  std::vector<std::string> kept(batch.chunks.size());
  for (const auto& slice : slices) {
    keep_slice(*slice, batch.chunks[slice->chunk], kept[slice->chunk]);
  }
  std::map<std::string, Chunk> ends;  // where the sources stand, when their lines do not tell
  for (size_t i = 0; i < kept.size(); ++i) {
    Chunk& chunk = batch.chunks[i];
    for (FramingReject& reject : chunk.framing_rejects) withhold(reject);
    std::sort(chunk.framing_rejects.begin(), chunk.framing_rejects.end(),
              [](const FramingReject& a, const FramingReject& b) { return a.line < b.line; });
    ends.erase(chunk.source);
    if (kept[i].size() != chunk.bytes.size() && !chunk.source.empty()) {
      Chunk& end = ends[chunk.source];
      end.source = chunk.source;
      end.as_type = chunk.as_type;
      end.first_line = chunk.first_line + chunk.lines;
      end.byte_offset = chunk.byte_offset + chunk.bytes.size();
    }
    kept[i].reserve(kept[i].size() + limits::kPaddingBytes);
    chunk.bytes = std::move(kept[i]);
  }
  for (auto& [source, end] : ends) batch.chunks.push_back(std::move(end));
}

}  // namespace tocsin
