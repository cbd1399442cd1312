// Text to syntax tree. Hand-written recursive descent; recovers at statement ends so that every
// mistake in a policy is reported in one go.
#pragma once

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/syntax/diagnostic.h"
#include "rules-dsl/syntax/layout.h"

namespace tocsin::dsl {

// Parses all files into one policy. Declarations keep the order of files as added (callers add them
// sorted by path), then of text. A declaration with a mistake is
// left out and noted in Policy::damage; the tree may be checked then, but not planned. Where the
// parts of each file stand is noted in `layout`, if that is given.
Policy parse(const SourceSet& sources, Diagnostics& diagnostics, Layout* layout = nullptr);

}  // namespace tocsin::dsl
