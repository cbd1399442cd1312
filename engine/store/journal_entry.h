// A journal entry as bytes, before compression (engine/store/README.md, "entry").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/store/journal.h"

namespace tocsin::journal_format {

// Appends everything but the number, which the block header carries.
void write_entry(const JournalEntry& entry, std::string& out);
// nullopt: not an entry, or something follows it.
std::optional<JournalEntry> read_entry(uint64_t number, std::string_view bytes);

}  // namespace tocsin::journal_format
