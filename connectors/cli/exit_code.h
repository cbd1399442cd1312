// What the shell is told (engine.md 6).
#pragma once

namespace tocsin {

enum ExitCode : int {
  kExitFine = 0,
  kExitInput = 1,        // the input or the policy is at fault
  kExitUsage = 2,        // the command line is
  kExitEnvironment = 3,  // disk, network, permissions; also: interrupted before the end
};

}  // namespace tocsin
