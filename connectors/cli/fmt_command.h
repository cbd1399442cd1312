// tocsin fmt: one layout for the text of a policy.
#pragma once

#include <string>

#include "connectors/cli/console.h"

namespace tocsin {

struct FmtOptions {
  std::string policy;  // a folder, a file, or "-": standard input to standard output
  bool check = false;  // change nothing; say what would be changed
};

ExitCode run_fmt(const FmtOptions& options, Console& console);

}  // namespace tocsin
