// The unified social credit code, GB 32100-2015.
#pragma once

#include <string_view>

namespace tocsin {

// Whether `code` has 18 digits or capital letters (without I O S V Z) and the last is the check
// character that the standard works out from the others. Real codes of early pilots fail it.
bool is_uscc(std::string_view code);

}  // namespace tocsin
