// Where the parts of a file stand, for those who lay its text out anew (formatter.h).
#pragma once

#include <cstdint>
#include <vector>

namespace tocsin::dsl {

// Byte offsets, ascending. A block is one of a declaration, `{ item … }`; those within an item are
// not listed.
struct FileLayout {
  std::vector<uint32_t> declarations;  // where each begins
  std::vector<uint32_t> blocks;        // their opening braces
  std::vector<uint32_t> items;         // where each item of them begins
};

using Layout = std::vector<FileLayout>;  // by file

}  // namespace tocsin::dsl
