// What later layers are told of the rows that a key's fold puts out.
#pragma once

#include <vector>

#include "engine/eval/output_rows.h"
#include "engine/state/change.h"

namespace tocsin {

// An output that came to be or is no more. Those that are no more come first, so that a row can be
// followed by another of its identity.
struct OutputDelta {
  uint32_t route = 0;
  RowPtr row;
  bool enters = true;
  Reason reason = Reason::kLateRecord;
};

// The outputs from `known` on have been added by steps in order.
void send_fresh_outputs(const OutputRows& outputs, size_t known, std::vector<OutputDelta>& sent);

// The fold went back and came again: `before` were put out then, those from `kept` on are now.
void send_output_difference(const std::vector<OutputRow>& before, const OutputRows& outputs,
                            size_t kept, Reason reason, std::vector<OutputDelta>& sent);

}  // namespace tocsin
