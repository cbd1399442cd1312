// The version that `tocsin --version` tells.
#pragma once

namespace tocsin {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace tocsin
