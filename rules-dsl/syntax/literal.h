// Names and literals, as they stand in the text of a policy.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "rules-dsl/syntax/source.h"

namespace tocsin::dsl {

struct Identifier {
  std::string text;
  Span span;
};

struct DecimalLiteral {
  int64_t scaled = 0;  // times 10,000
};
// A number with more than 4 places is a double.
using LiteralValue = std::variant<bool, int64_t, DecimalLiteral, double, std::string>;

}  // namespace tocsin::dsl
