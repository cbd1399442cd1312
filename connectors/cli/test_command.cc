#include "connectors/cli/test_command.h"

#include <fmt/format.h>

#include "connectors/cli/policy_report.h"
#include "connectors/cli/test_runner.h"

namespace tocsin {
namespace {

std::string place_text(const dsl::SourceSet& sources, dsl::Span span) {
  const dsl::Place place = sources.place(span.file, span.begin);
  return fmt::format("{}:{}:{}", sources.file(span.file).path, place.line, place.column);
}

// Every line of `text` four blanks to the right.
std::string indented(const std::string& text) {
  std::string out = "    ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

void tell(const dsl::TestDecl& test, const std::vector<TestFailure>& failures,
          const dsl::SourceSet& sources, Console& console) {
  const bool coloured = console.out_is_terminal();
  const std::string title = printable(test.title);
  if (failures.empty()) {
    console.line(fmt::format("{} {}", colour("ok  ", "32", coloured), title));
    return;
  }
  console.line(fmt::format("{} {}", colour("FAIL", "1;31", coloured), title));
  for (const TestFailure& failure : failures) {
    console.line(fmt::format("  {}:", place_text(sources, failure.span)));
    console.line(indented(printable_lines(failure.text)));
  }
}

}  // namespace

ExitCode run_test(const TestOptions& options, Console& console) {
  const UsablePolicy policy = load_or_report(options.policy, console, {.canonical_names = true});
  if (!policy) return policy.exit;
  const LoadedPolicy& loaded = *policy.loaded;

  size_t passed = 0;
  size_t failed = 0;
  for (const dsl::TestDecl& test : loaded.compiled.policy.tests) {
    if (test.title.find(options.only) == std::string::npos) continue;
    Result<std::vector<TestFailure>> failures =
        run_policy_test(policy.shared_program(), loaded.compiled.policy, test);
    if (!failures) return console.fail(failures.error());
    tell(test, *failures, loaded.sources, console);
    ++(failures->empty() ? passed : failed);
  }
  if (passed + failed == 0) {
    console.note(
        options.only.empty()
            ? fmt::format("{} has no tests; write some: test \"title\" {{ records, expect RULE }}",
                          options.policy)
            : fmt::format("no test of {} has \"{}\" in its title", options.policy, options.only));
    return options.only.empty() ? kExitFine : kExitUsage;
  }
  console.line(fmt::format("{} passed, {} failed", passed, failed));
  return failed == 0 ? kExitFine : kExitInput;
}

}  // namespace tocsin
