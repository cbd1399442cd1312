// Proves a journal from its first byte to its last, for `tocsin verify`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "engine/result.h"
#include "engine/store/journal.h"

namespace tocsin {

struct VerifyReport {
  uint64_t segments = 0;
  uint64_t first_number = 0;  // of the oldest entry held; 0: none
  uint64_t entries = 0;       // that are proven
  uint64_t bytes = 0;         // that are proven
  Hash last_hash{};           // of the last proven block
  std::string bad_place;      // the first one, with segment and byte offset; empty: all is well
  bool torn_tail = false;  // the bad place is only an unfinished last block; the next start cuts it
};

// Changes nothing and takes no lock. While a tocsin writes there, the block being written looks
// like a torn tail. Errors: a file cannot be read, or segments are missing or do not belong
// together.
Result<VerifyReport> verify_journal(const std::filesystem::path& dir);

}  // namespace tocsin
