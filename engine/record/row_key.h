// The key under which a domain keeps a row, as text.
#pragma once

#include <optional>
#include <string>

#include "engine/record/row.h"
#include "rules-dsl/plan/program.h"

namespace tocsin {

// None when the domain does not take the type, or a part of the key is missing. Texts of several
// parts are joined by '|'; '|' and '\' within a part follow a '\', so that different keys have
// different texts.
std::optional<std::string> key_of(const plan::Domain& domain, const Row& row,
                                  const Calendar& calendar);

}  // namespace tocsin
