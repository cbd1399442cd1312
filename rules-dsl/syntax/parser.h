// Text to syntax tree. Hand-written recursive descent; recovers at statement ends so that every
// mistake in a policy is reported in one go.
#pragma once

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/syntax/diagnostic.h"

namespace tocsin::dsl {

// Parses all files into one policy. Declarations keep the order of files as added (callers add them
// sorted by path), then of text. Constructs of the language that this version lacks are reported as
// "not supported yet" (R0900) and skipped whole. A declaration with a mistake is left out and noted
// in Policy::damage; the tree may be checked then, but not planned.
Policy parse(const SourceSet& sources, Diagnostics& diagnostics);

}  // namespace tocsin::dsl
