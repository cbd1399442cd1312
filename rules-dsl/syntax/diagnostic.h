// What an author is told about a mistake in a policy.
//
// Every message has a stable code; codes and texts stand in one table, diagnostic_codes.cc.
// All mistakes of a policy are reported, sorted by place; none cascades (an expression that
// failed has TypeKind::kError, about which nothing more is said).
#pragma once

#include <string>
#include <vector>

#include "rules-dsl/syntax/source.h"

namespace tocsin::dsl {

enum class Severity : uint8_t { kError, kWarning };

struct Diagnostic {
  std::string code;  // "R0203"
  Severity severity = Severity::kError;
  Span span;
  std::string message;  // one sentence, no full stop
  std::string help;     // the remedy; empty when none is certain
  std::string fix;      // replacement text for the span when certain, else empty
};

class Diagnostics {
 public:
  void add(Diagnostic diagnostic) { list_.push_back(std::move(diagnostic)); }
  bool has_errors() const;
  // Sorted by (file, begin, code), without repeats.
  std::vector<Diagnostic> sorted() const;

 private:
  std::vector<Diagnostic> list_;
};

// As in language.md 10 and style.md: place, code, message, the line with a caret, help.
std::string render_text(const Diagnostic& diagnostic, const SourceSet& sources);
// A JSON array of {code, severity, file, line, column, end_line, end_column, message, help, fix}.
std::string render_json(const std::vector<Diagnostic>& diagnostics, const SourceSet& sources);

// The known name nearest to `name` (edit distance at most a third of its length), or empty.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace tocsin::dsl
