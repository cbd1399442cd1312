// The engine on a data directory, stopped and started again between batches, on lines of NDJSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rules-dsl/syntax/ast.h"
#include "tests/support/engine_runner.h"

namespace tocsin::testing {

// What happens to the state directory while the engine is down; the journal always stays.
enum class StateFate : uint8_t {
  kKept,
  kDeleted,
  kOlder,  // as it was after the first session: the checkpoint lags behind
};

struct Session {
  size_t lines = 0;                   // how many of the lines this session is fed
  StateFate fate = StateFate::kKept;  // before it starts
};

struct DurableSetting {
  std::vector<Session> sessions;  // one more takes what is left
  size_t batch_lines = 3;
  unsigned shards = 3;
  unsigned threads = 1;
  size_t memory_bytes = size_t{1} << 30;
  size_t checkpoint_bytes = size_t{64} << 20;
  size_t keys_a_step = 50'000;
  uint32_t snapshot_spacing = 1024;
  uint32_t prune_rows = 1024;
};

struct DurableRun {
  EngineRun run;
  std::vector<std::string> told;    // messages handed to the sink, in order
  std::vector<std::string> logged;  // the warning log at the end
};

DurableRun run_durable(const dsl::Policy& policy, const std::vector<std::string>& lines,
                       std::optional<int64_t> until, const DurableSetting& setting);

}  // namespace tocsin::testing
