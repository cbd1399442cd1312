// tocsin run: the service.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "connectors/cli/console.h"
#include "engine/engine.h"

namespace tocsin {

inline constexpr char kDefaultRecords[] = "127.0.0.1:7401";
inline constexpr char kDefaultWarnings[] = "127.0.0.1:7402";

struct RunOptions {
  std::string policy;
  std::string data;
  std::string key;                    // file; empty: beside the data folder
  std::vector<std::string> records;   // addresses; none: kDefaultRecords
  std::vector<std::string> warnings;  // addresses; none: kDefaultWarnings
  ClockMode clock = ClockMode::kEvent;
  uint64_t skew_seconds = 86'400;
  unsigned threads = 0;
  uint64_t memory_bytes = EngineOptions{}.memory_bytes;
  uint64_t checkpoint_bytes = EngineOptions{}.checkpoint_bytes;
  JournalKeep keep;
  uint64_t batch_delay_ms = 5;
};

ExitCode run_service(const RunOptions& options, Console& console);

}  // namespace tocsin
