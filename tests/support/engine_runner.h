// The engine in memory, run to its end on lines of NDJSON: its net result and its message stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules-dsl/syntax/ast.h"
#include "tests/support/net_warning.h"

namespace tocsin::testing {

struct EngineSetting {
  size_t batch_lines = SIZE_MAX;
  unsigned shards = 4;
  unsigned threads = 1;
  uint32_t snapshot_spacing = 1024;
  // In how many steps the clock is moved on after the last line; 0: from each next_due() to the
  // next, and nothing may happen in between.
  int clock_steps = 1;
};

struct EngineRun {
  std::vector<NetWarning> net;     // without messages and evidence
  std::vector<NetWarning> folded;  // the message stream, applied message by message by warning id
  std::vector<std::string> messages;         // as sent, but for `emitted`
  std::vector<std::string> stream_mistakes;  // holes in seq, a clearing of what was never raised, …
  std::vector<std::string> rejects;          // reasons
  std::vector<std::string> reject_texts;     // what is kept of the lines
  uint64_t duplicates = 0;
};

EngineRun run_engine(const dsl::Policy& policy, const std::vector<std::string>& lines,
                     std::optional<int64_t> until, const EngineSetting& setting = {});

}  // namespace tocsin::testing
