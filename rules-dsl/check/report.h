// How the checker words its findings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules-dsl/check/check_codes.h"
#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/syntax/diagnostic.h"

namespace tocsin::dsl::checking {

// A remedy, and the text that may replace the place when it is certain.
struct Hint {
  std::string help;
  std::string fix;
};

// Adds diagnostics with the severity that the table gives their code.
class Report {
 public:
  Report(const SourceSet& sources, Diagnostics& diagnostics)
      : sources_(sources), diagnostics_(diagnostics) {}

  void add(Code code, Span span, std::string message, Hint hint = {}) const;
  // R0209 at the second declaration, naming the place of the first.
  void declared_twice(const Identifier& second, std::string_view what, Span first) const;

  // The expression as its author wrote it, on one line and cut when long, in backquotes.
  std::string quote(const Expr& expr) const;

 private:
  const SourceSet& sources_;
  Diagnostics& diagnostics_;
};

// `name`, in backquotes.
std::string quote(std::string_view name);
// a, b, c; the first twelve when there are more.
std::string join(const std::vector<std::string>& names, std::string_view separator = ", ");
// "did you mean `x`?" when a known name is near, else the known names when they are few.
Hint nearest(std::string_view name, const std::vector<std::string>& known,
             std::string_view what_is_known);

}  // namespace tocsin::dsl::checking
