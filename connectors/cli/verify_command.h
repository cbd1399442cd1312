// tocsin verify: is every byte of a journal as it was written?
#pragma once

#include <string>

#include "connectors/cli/console.h"

namespace tocsin {

struct VerifyOptions {
  std::string data;
};

// Exit code 1 when something does not match.
ExitCode run_verify(const VerifyOptions& options, Console& console);

}  // namespace tocsin
