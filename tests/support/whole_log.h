// The messages that an engine keeps for subscribers.
#pragma once

#include <string>
#include <vector>

#include "engine/engine.h"

namespace tocsin::testing {

// As lines, from the first one on; read in small slices.
inline std::vector<std::string> whole_log(const Engine& engine) {
  std::vector<std::string> log;
  for (uint64_t after = 0; after < engine.last_seq();) {
    const LogSlice slice = engine.read_log(after, 1000);
    if (slice.messages.empty()) break;
    for (const auto& message : slice.messages) log.push_back(message->json);
    after = slice.messages.back()->seq;
  }
  return log;
}

}  // namespace tocsin::testing
