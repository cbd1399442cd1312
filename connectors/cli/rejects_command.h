// tocsin rejects: the lines that a service could not take, from its data folder.
#pragma once

#include <cstdint>
#include <string>

#include "connectors/cli/console.h"

namespace tocsin {

struct RejectsOptions {
  std::string data;
  bool json = false;   // one JSON object a line
  bool lines = false;  // only the lines themselves, to be mended and fed again
  std::string source;  // only of this source; empty: of all
  uint64_t after = 0;  // only those with a greater number
};

ExitCode run_rejects(const RejectsOptions& options, Console& console);

}  // namespace tocsin
