// Loading a policy for a command, with its mistakes told on standard error.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/cli/console.h"
#include "connectors/file/policy_loader.h"
#include "engine/engine.h"

namespace tocsin {

// The policy, ready to run; or, when it cannot be read or has mistakes, which have been told then,
// the exit code.
struct UsablePolicy {
  std::optional<LoadedPolicy> loaded;
  ExitCode exit = kExitFine;

  explicit operator bool() const { return loaded.has_value(); }
  const plan::Program& program() const { return *loaded->compiled.program; }
  std::shared_ptr<const plan::Program> shared_program() const { return loaded->compiled.program; }
};
UsablePolicy load_or_report(const std::string& path, Console& console,
                            plan::PlanOptions options = {});

// Every diagnostic as text, and "2 errors, 1 warning" when there are any.
void report_diagnostics(const LoadedPolicy& loaded, Console& console);

// What is told of a rule's calculations without a value (language.md 2, 11).
std::vector<std::string> fault_lines(const RuleFaults& faults, const plan::Program& program);

// "1 rule", "2 rules".
std::string counted(size_t count, std::string_view noun);

}  // namespace tocsin
