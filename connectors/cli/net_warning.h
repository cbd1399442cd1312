// A warning of the net result (language.md 11), read back from its JSON line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

struct NetWarning {
  std::string rule;
  std::optional<std::string> subject;
  std::string level;
  std::string raised;                  // as printed, in the policy's zone
  std::optional<std::string> cleared;  // none: open
  std::string json;
};

// Requires: `json` was printed by Engine::net_result().
NetWarning parse_net_warning(const std::string& json);

}  // namespace tocsin
