// A subscriber that keeps nothing but what the messages say.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/record/batch.h"
#include "rules-dsl/value/calendar.h"
#include "tests/support/net_warning.h"

namespace tocsin::testing {

// A warning object or a line of the net result.
NetWarning parse_warning(const std::string& json, const Calendar& calendar);

class MessageFold {
 public:
  explicit MessageFold(const Calendar& calendar) : calendar_(calendar) {}

  void apply(const Message& message);
  std::vector<NetWarning> warnings() const;
  const std::vector<std::string>& mistakes() const { return mistakes_; }

 private:
  void check_event(const Message& message, bool known, bool open);

  const Calendar& calendar_;
  uint64_t last_seq_ = 0;
  std::map<std::string, NetWarning> warnings_;  // by id
  std::vector<std::string> mistakes_;
};

}  // namespace tocsin::testing
