#include "connectors/cli/check_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/cli/cost_report.h"
#include "connectors/cli/policy_report.h"

namespace tocsin {
namespace {

// Sound policies only. Exit code 1 when the work for one record has no bound.
ExitCode report_cost(const CheckOptions& options, const LoadedPolicy& loaded, Console& console) {
  plan::CostRates rates;
  for (const std::string& text : options.rates) read_rate(text, rates);  // the command line checked
  const plan::Program& program = *loaded.compiled.program;
  for (const auto& given : rates.by_type) {
    const std::string& name = given.first;
    const bool known = std::any_of(program.types.begin(), program.types.end(),
                                   [&](const plan::TypePlan& type) { return type.name == name; });
    if (!known) {
      return console.usage(fmt::format("--rate: the policy has no record type `{}`", name),
                           "write --rate TYPE=N/SPAN, such as penalty=3/365d");
    }
  }
  const plan::PolicyCost cost = plan::cost_of(loaded.compiled.policy, program, rates);
  if (options.json) {
    console.line(cost_json(cost, rates));
  } else {
    for (const std::string& line : cost_lines(cost, rates)) console.line(line);
  }
  const bool bounded =
      std::all_of(cost.rules.begin(), cost.rules.end(),
                  [](const plan::RuleCost& rule) { return rule.unbounded.empty(); });
  if (bounded) return kExitFine;
  console.flush();
  return console.fail({ErrorKind::kInput,
                       "some rules look at more and more records, without a bound",
                       "the lines `no bound` say which, and what would give them one"});
}

// The checker adds others, for the warnings of rules.
size_t declared_types(const dsl::Policy& policy) {
  return static_cast<size_t>(
      std::count_if(policy.records.begin(), policy.records.end(),
                    [](const auto& record) { return record.origin == dsl::Origin::kDeclared; }));
}

}  // namespace

ExitCode run_check(const CheckOptions& options, Console& console) {
  Result<LoadedPolicy> loaded = load_policy(options.policy);
  if (!loaded) return console.fail(loaded.error());

  const dsl::Compiled& compiled = loaded->compiled;
  const bool sound = compiled.program != nullptr;
  if (options.cost && sound) return report_cost(options, *loaded, console);
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
