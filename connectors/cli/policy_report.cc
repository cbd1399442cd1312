#include "connectors/cli/policy_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/cli/progress_bar.h"
#include "rules-dsl/limits.h"

namespace tocsin {

std::string counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::vector<std::string> fault_lines(const RuleFaults& faults, const plan::Program& program) {
  std::vector<std::string> lines;
  if (const uint64_t count = faults.counts.calculations; count > 0) {
    lines.push_back(fmt::format(
        "rule {}: {} gave no value (division by zero, overflow, or a sequence that would have had "
        "to look at more than {} records)",
        faults.rule, counted(count, "calculation"), grouped(limits::kSequenceLooksMax)));
  }
  if (const uint64_t count = faults.counts.workdays; count > 0) {
    const Workdays& known = program.calendar->workdays();
    lines.push_back(fmt::format(
        "rule {}: {} in working days left the policy's calendar and had no value: it holds {} to "
        "{}; add the years that are missing to its `workdays`",
        faults.rule, counted(count, "calculation"), Calendar::format_date(known.first_day()),
        Calendar::format_date(known.last_day())));
  }
  if (const uint64_t count = faults.counts.links; count > 0) {
    lines.push_back(fmt::format(
        "rule {}: {} across a link had no value, as more names are within reach than the link "
        "allows; raise its `at most`, or link by fewer hops",
        faults.rule, counted(count, "calculation")));
  }
  return lines;
}

void report_diagnostics(const LoadedPolicy& loaded, Console& console) {
  const std::vector<dsl::Diagnostic> diagnostics = loaded.compiled.diagnostics.sorted();
  if (diagnostics.empty()) return;
  for (const dsl::Diagnostic& diagnostic : diagnostics) {
    std::string text = printable_lines(dsl::render_text(diagnostic, loaded.sources));
    while (text.ends_with('\n')) text.pop_back();
    console.note(text);
  }
  const auto errors = static_cast<size_t>(
      std::count_if(diagnostics.begin(), diagnostics.end(), [](const dsl::Diagnostic& diagnostic) {
        return diagnostic.severity == dsl::Severity::kError;
      }));
  console.note(fmt::format("{}, {}", counted(errors, "error"),
                           counted(diagnostics.size() - errors, "warning")));
}

UsablePolicy load_or_report(const std::string& path, Console& console, plan::PlanOptions options) {
  Result<LoadedPolicy> loaded = load_policy(path, options);
  if (!loaded) return {std::nullopt, console.fail(loaded.error())};
  if (loaded->compiled.program == nullptr) {
    report_diagnostics(*loaded, console);
    return {std::nullopt, kExitInput};
  }
  if (const size_t found = loaded->compiled.diagnostics.sorted().size(); found > 0) {
    console.note(fmt::format("{} in the policy; `tocsin check {}` shows {}",
                             counted(found, "warning"), path, found == 1 ? "it" : "them"));
  }
  return {std::move(*loaded), kExitFine};
}

}  // namespace tocsin
