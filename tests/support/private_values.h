// Pseudonyms in tests: always the same, and with the way back.
#pragma once

#include <memory>
#include <string>

#include "engine/record/pseudonyms.h"

namespace tocsin::testing {

std::shared_ptr<const Pseudonyms> test_pseudonyms();
// What stands for the value; remembers it.
std::string hidden(const std::string& value);
// The value that hidden() was asked for.
std::string unhidden(const std::string& pseudonym);

}  // namespace tocsin::testing
