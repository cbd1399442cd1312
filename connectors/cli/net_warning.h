// A warning of the net result (language.md 11), read back from its JSON line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

struct NetWarning {
  std::string rule;
  std::string key;
  std::optional<std::string> subject;
  bool telling = false;                // a grade change, an assessment or a draw
  std::string level;                   // of a telling: what it says
  std::string raised;                  // as printed, in the policy's zone
  std::optional<std::string> cleared;  // none: open
  std::string json;

  // Whom it is about: a rule by a region, say, may name nobody but the region.
  const std::string& about() const { return subject ? *subject : key; }
};

// Requires: `json` was printed by Engine::net_result().
NetWarning parse_net_warning(const std::string& json);

}  // namespace tocsin
