#include "engine/store/journal_retention.h"

#include "engine/store/journal_format.h"
#include "engine/store/segment_reader.h"

namespace tocsin {
namespace {

// When the segment's first entry was written; none when it has none yet.
Result<std::optional<int64_t>> begun(FileOps& files, const SegmentFile& segment) {
  auto reader = SegmentReader::open(files, segment);
  if (!reader) return reader.error();
  auto step = reader->next();
  if (!step) return step.error();
  if (*step != SegmentReader::Step::kBlock) return std::optional<int64_t>();
  const auto entry = journal_format::EntryDecoder().decode(reader->block(), reader->payload());
  if (!entry) return corrupt_error(segment.path, {0, "its first entry cannot be read"});
  return std::optional<int64_t>(entry->batch.wall_micros);
}

}  // namespace

Result<Droppable> droppable(FileOps& files, const std::vector<SegmentFile>& segments,
                            const JournalKeep& keep, int64_t now, uint64_t covered) {
  Droppable result;
  uint64_t total = 0;
  for (const SegmentFile& segment : segments) total += segment.bytes;
  for (size_t i = 0; i + 1 < segments.size(); ++i) {
    const SegmentFile& next = segments[i + 1];
    bool beyond = keep.bytes && total > *keep.bytes;
    if (!beyond && keep.micros) {
      const auto ended = begun(files, next);
      if (!ended) return ended.error();
      beyond = ended.value() && *ended.value() < now - *keep.micros;
    }
    if (!beyond) break;
    ++(next.first_number <= covered + 1 ? result.segments : result.needed);
    total -= segments[i].bytes;
  }
  return result;
}

}  // namespace tocsin
