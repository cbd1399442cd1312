// Any text compiles or is refused with diagnostics that can be shown; what compiles can be printed
// and compiled again, and means the same.
#include "rules-dsl/compile.h"
#include "rules-dsl/syntax/parser.h"
#include "rules-dsl/syntax/printer.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace tocsin::fuzz {
namespace {

dsl::SourceSet one_file(std::string_view text) {
  dsl::SourceSet sources;
  sources.add("fuzz.rules", std::string(text));
  return sources;
}

std::string shown(const dsl::Diagnostics& diagnostics, const dsl::SourceSet& sources) {
  std::string text;
  for (const dsl::Diagnostic& diagnostic : diagnostics.sorted()) {
    require(!diagnostic.message.empty(), "a diagnostic says something");
    text += dsl::render_text(diagnostic, sources);
  }
  const std::string json = dsl::render_json(diagnostics.sorted(), sources);
  require(!json.empty(), "diagnostics are shown as JSON, too");
  return text;
}

// Printing and parsing again gives the same text. Requires: `text` parses without a mistake.
void require_stable_print(const dsl::Policy& parsed) {
  const std::string printed = dsl::print(parsed);
  const dsl::SourceSet sources = one_file(printed);
  dsl::Diagnostics diagnostics;
  const dsl::Policy again = dsl::parse(sources, diagnostics);
  require_same("", shown(diagnostics, sources), "what is printed parses without a mistake");
  require_same(printed, dsl::print(again), "printing is idempotent");
}

void require_same_program(const plan::Program& program) {
  const dsl::SourceSet sources = one_file(program.canonical_text);
  const dsl::Compiled again = dsl::compile(sources);
  if (again.program == nullptr) {
    require_same("", shown(again.diagnostics, sources), "canonical text compiles");
  }
  require_same(program.canonical_text, again.program->canonical_text, "canonical text is stable");
  require_same(program.hash, again.program->hash, "the hash is of the meaning");
}

}  // namespace

void policy(std::string_view input) {
  const dsl::SourceSet sources = one_file(input);
  dsl::Diagnostics mistakes;
  const dsl::Policy parsed = dsl::parse(sources, mistakes);
  if (!mistakes.has_errors()) require_stable_print(parsed);

  const dsl::Compiled compiled = dsl::compile(sources);
  shown(compiled.diagnostics, sources);
  require((compiled.program == nullptr) == compiled.diagnostics.has_errors(),
          "there is a program, or an error that says why not");
  if (compiled.program != nullptr) require_same_program(*compiled.program);
}

}  // namespace tocsin::fuzz
