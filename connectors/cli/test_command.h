// tocsin test: runs the `test` blocks of a policy.
#pragma once

#include <string>

#include "connectors/cli/console.h"

namespace tocsin {

struct TestOptions {
  std::string policy;
  std::string only;  // run only tests whose title contains this
};

ExitCode run_test(const TestOptions& options, Console& console);

}  // namespace tocsin
