// A difference to the net result that subscribers have yet to be told.
#pragma once

#include <cstdint>
#include <string>

#include "engine/eval/warning.h"
#include "engine/record/batch.h"

namespace tocsin {

// Why something changed (engine.md 5). Of several causes in one batch and key, the greatest is
// named.
enum class Reason : uint8_t {
  kRecord,
  kTimer,
  kLateRecord,
  kAmendment,
  kRetraction,
  kPolicyChange
};

struct Change {
  int64_t time =
      0;  // event time at which the warning is raised, changes or is cleared; withdrawn: was raised
  std::string key;
  Event event = Event::kRaised;
  Reason reason = Reason::kRecord;
  Warning warning;  // as it stands after the change
};

// The order within a batch: (time, rule, key), then event and id.
bool operator<(const Change& a, const Change& b);

}  // namespace tocsin
