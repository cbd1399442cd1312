// The key file of a policy with private fields: 64 hex digits that nobody else may read.
//
// It lies outside of the data directory, so that a copy of the data tells nobody who its persons
// are, and is needed again for as long as the data is.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "engine/record/pseudonyms.h"
#include "engine/result.h"

namespace tocsin {

// Beside the data directory: DATA.key.
std::filesystem::path default_key_file(const std::filesystem::path& data);

// Refuses a file that others can read, or that holds something else.
Result<std::shared_ptr<const Pseudonyms>> read_key_file(const std::filesystem::path& path);

struct OpenedKey {
  std::filesystem::path path;
  std::shared_ptr<const Pseudonyms> pseudonyms;
  bool is_new = false;
};
// Reads the file, or makes one with a new key, on disk before this returns. Refuses a place inside
// of the data directory.
Result<OpenedKey> open_key_file(const std::filesystem::path& path,
                                const std::filesystem::path& data);

}  // namespace tocsin
