// One layout for the text of a policy: `tocsin fmt`.
//
// Tokens and comments stay as they are and in their order (only a comma that ends an item goes);
// what changes is the space between them. Each item of a block stands on a line of its own, broken
// where it is too long; the first words of lines that belong together are followed by values in one
// column. The result depends on tokens, comments and blank lines alone, so that formatting it again
// changes nothing, and parsing it gives the same tree.
#pragma once

#include <string>

#include "rules-dsl/syntax/layout.h"
#include "rules-dsl/syntax/source.h"

namespace tocsin::dsl {

inline constexpr size_t kColumnsMax = 100;  // of a line that can be broken

// Requires: the file was parsed without a mistake, and `layout` is what the parser says of it.
std::string format(const SourceSet& sources, uint32_t file, const FileLayout& layout);

}  // namespace tocsin::dsl
