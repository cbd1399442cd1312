// Syntax tree to canonical text: printing and parsing again gives an equal tree, and printing is
// idempotent. Used for the policy hash and in diagnostics.
#pragma once

#include <string>

#include "rules-dsl/syntax/ast.h"

namespace tocsin::dsl {

// The policy hash leaves the tests out.
enum class PrintTests : uint8_t { kYes, kNo };
std::string print(const Policy& policy, PrintTests tests = PrintTests::kYes);
std::string print(const Expr& expr);
std::string print(const Duration& duration);
std::string print(const Across& across);  // with a blank before it
std::string print(const Type& type);

}  // namespace tocsin::dsl
