// The journal: what was accepted, in order. Everything else is rebuilt from it.
//
// A directory of segment files (engine/store/README.md, "journal format"). A segment starts with a
// magic, the format version and the hash before it; then come blocks: header, zstd-compressed
// payload, SHA-256 over (hash before, header, payload). The chain of hashes makes editing
// detectable. append() returns once the bytes are on disk (fdatasync). One writer; any number of
// readers on other Journal objects or through read(), and one that calls drop_old() beside the
// writer. Failures are sticky: after a failed write or sync every further append fails with the
// same error.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/record/batch.h"
#include "engine/result.h"
#include "engine/store/journal_retention.h"

namespace tocsin {

using Hash = std::array<uint8_t, 32>;

// One entry of the journal.
struct JournalEntry {
  uint64_t number = 0;  // 1, 2, 3, ... without holes
  bool policy_change = false;
  std::string policy_hash;  // policy_change only
  std::string policy_text;  // policy_change only: canonical text
  std::optional<int64_t>
      wall_clock;  // where the clock stands after the entry; none: the event clock
  Batch batch;     // otherwise; may have no chunks (clock tick, acknowledgements)
};

class FileOps;

struct JournalOptions {
  size_t segment_bytes_max = size_t{256} << 20;
  int compression_level = 1;
  FileOps* files = nullptr;  // null: the real ones; must outlive the journal
  // How many entries are known to have been written, asked once the lock is held: a tail is not
  // torn, and not cut, when that would leave fewer. None: nothing is known.
  std::function<Result<uint64_t>()> entries_at_least = {};
};

class Journal {
 public:
  // Opens or creates. Cuts a torn tail (an incomplete or checksum-failing LAST block, from a crash
  // while writing); anything else that does not match is ErrorKind::kCorrupt naming segment and
  // byte offset. A segment of a newer format version is refused. Takes an exclusive flock on
  // DIR/lock: a second process is refused.
  static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& dir,
                                               JournalOptions options = {});
  ~Journal();

  // Writes the entry (entry.number must be last_number() + 1) and makes it durable.
  Status append(const JournalEntry& entry);

  // Removes the oldest segments that need not be kept (journal_retention.h).
  struct Dropped {
    uint64_t segments = 0;
    uint64_t bytes = 0;
    uint64_t needed = 0;  // Droppable::needed
  };
  Result<Dropped> drop_old(const JournalKeep& keep, int64_t now, uint64_t covered);

  uint64_t first_number() const;  // of the oldest entry held, or to come
  uint64_t last_number() const;   // 0 when empty
  Hash last_hash() const;         // of the last block
  uint64_t bytes() const;         // of all segments
  // What open() did to a torn tail, for people; empty when nothing.
  const std::string& recovery_note() const;

  // Calls `visit` for every entry with number > after, in order, until it returns false. Verifies
  // checksums and chain.
  Status read(uint64_t after, const std::function<bool(JournalEntry&&)>& visit) const;

 private:
  class Impl;
  explicit Journal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin
