// Which of the journal's oldest segments need not be kept any longer.
//
// Whole segments go, from the first on, never the one that is written to, and none with an entry
// that the state store does not stand for yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/result.h"

namespace tocsin {

class FileOps;
struct SegmentFile;

// Neither given: everything is kept. Both: what either lets go, goes.
struct JournalKeep {
  std::optional<int64_t> micros;  // entries that are no older
  std::optional<uint64_t> bytes;  // of all segments

  bool everything() const { return !micros && !bytes; }
};

struct Droppable {
  size_t segments = 0;
  size_t needed = 0;  // further segments beyond what is to be kept, with entries after `covered`
};

// `now` in microseconds since the epoch; `covered`: number of the last entry that the state store
// stands for. A segment is as old as the first entry after it. Errors: a segment cannot be read.
Result<Droppable> droppable(FileOps& files, const std::vector<SegmentFile>& segments,
                            const JournalKeep& keep, int64_t now, uint64_t covered);

}  // namespace tocsin
