// The command line: what tocsin understands, and what it tells about itself.
#pragma once

#include "connectors/cli/console.h"

namespace tocsin {

// Parses, runs the command, returns the exit code.
int run_app(int argc, const char* const* argv, Console& console);

}  // namespace tocsin
