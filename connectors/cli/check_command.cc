#include "connectors/cli/check_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/cli/policy_report.h"

namespace tocsin {

namespace {

// The checker adds others, for the warnings of rules.
size_t declared_types(const dsl::Policy& policy) {
  return static_cast<size_t>(
      std::count_if(policy.records.begin(), policy.records.end(),
                    [](const auto& record) { return record.origin == dsl::Origin::kDeclared; }));
}

}  // namespace

ExitCode run_check(const CheckOptions& options, Console& console) {
  if (options.cost) {
    return console.usage("--cost is not supported yet",
                         "leave it out; bench/README.md has measured costs");
  }
  Result<LoadedPolicy> loaded = load_policy(options.policy);
  if (!loaded) return console.fail(loaded.error());

  const dsl::Compiled& compiled = loaded->compiled;
  const bool sound = compiled.program != nullptr;
  if (options.json) {
    console.line(dsl::render_json(compiled.diagnostics.sorted(), loaded->sources));
    return sound ? kExitFine : kExitInput;
  }
  report_diagnostics(*loaded, console);
  if (!sound) return kExitInput;
  console.line(fmt::format("{}: sound; {}, {}, {}", options.policy,
                           counted(compiled.policy.rules.size(), "rule"),
                           counted(declared_types(compiled.policy), "record type"),
                           counted(compiled.policy.tests.size(), "test")));
  return kExitFine;
}

}  // namespace tocsin
