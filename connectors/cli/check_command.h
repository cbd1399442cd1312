// tocsin check: is this policy sound?
#pragma once

#include <string>

#include "connectors/cli/console.h"

namespace tocsin {

struct CheckOptions {
  std::string policy;
  bool json = false;  // diagnostics as a JSON array on standard output
  bool cost = false;
};

ExitCode run_check(const CheckOptions& options, Console& console);

}  // namespace tocsin
