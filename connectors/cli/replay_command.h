// tocsin replay: files through the engine, in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/cli/console.h"
#include "connectors/cli/input_file.h"

namespace tocsin {

struct ReplayOptions {
  std::string policy;
  std::vector<InputFile> files;
  std::vector<std::string> kinds;  // empty: warnings
  bool net = false;              // the net result instead of the message stream
  std::string key;               // file; empty: pseudonyms that nobody can repeat
  std::string until;             // then move the clock there; empty: no
  unsigned threads = 0;          // 0: as many as cores
  uint32_t batch_lines = 0;      // 0: about a megabyte
  std::optional<uint64_t> seed;  // shuffle the lines
};

ExitCode run_replay(const ReplayOptions& options, Console& console);

}  // namespace tocsin
