#include "rules-dsl/compile.h"

#include <algorithm>

#include "rules-dsl/check/check.h"
#include "rules-dsl/syntax/parser.h"

namespace tocsin::dsl {

std::vector<std::string> attached_files(const SourceSet& sources) {
  // Most policies have none, and need not be parsed twice.
  bool any = false;
  for (uint32_t file = 0; file < sources.size(); ++file) {
    const std::string_view text = sources.file(file).text;
    any = any || text.find("workdays") != text.npos || text.find("table") != text.npos;
  }
  if (!any) return {};
  Diagnostics unheard;
  const Policy policy = parse(sources, unheard);
  std::vector<std::string> names;
  if (policy.workdays && !policy.workdays->file.empty()) names.push_back(policy.workdays->file);
  for (const TableDecl& table : policy.tables) {
    if (!table.file.empty()) names.push_back(table.file);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Compiled compile(const SourceSet& sources, plan::PlanOptions options) {
  Compiled compiled;
  compiled.policy = parse(sources, compiled.diagnostics);
  check(compiled.policy, sources, compiled.diagnostics);
  if (!compiled.diagnostics.has_errors()) compiled.program = plan::plan(compiled.policy, options);
  return compiled;
}

}  // namespace tocsin::dsl
