// What is kept of a batch under a policy with private fields.
#pragma once

#include <memory>
#include <vector>

#include "engine/record/decoder.h"

namespace tocsin {

// Puts the kept lines of the slices (decoder.h) in the place of those that came: private values are
// pseudonyms now. A line that was rejected may hold a private value anywhere: it becomes an empty
// line, and its reject a framing reject without text, so that the journal tells of it. Line numbers
// stay. Done again with the lines that it kept, it changes nothing.
//
// Requires: the slices are those of the batch, with first_line set.
void keep_without_private_values(Batch& batch,
                                 const std::vector<std::unique_ptr<DecodedSlice>>& slices);

}  // namespace tocsin
