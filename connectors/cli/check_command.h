// tocsin check: is this policy sound?
#pragma once

#include <string>
#include <vector>

#include "connectors/cli/console.h"

namespace tocsin {

struct CheckOptions {
  std::string policy;
  bool json = false;               // diagnostics as a JSON array on standard output
  bool cost = false;               // what the rules keep and look at, if the policy is sound
  std::vector<std::string> rates;  // TYPE=N/SPAN, for it
};

ExitCode run_check(const CheckOptions& options, Console& console);

}  // namespace tocsin
