// One line of the net result (language.md 11), from the naive evaluator or from the engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules-dsl/plan/kind.h"
#include "rules-dsl/value/calendar.h"

namespace tocsin::testing {

struct NetWarning {
  Kind kind = Kind::kWarning;
  std::string rule;
  std::string key;
  std::optional<std::string> subject;
  std::string level;
  int64_t raised = 0;
  std::optional<int64_t> cleared;
  std::optional<std::string> trigger;  // a record's id, of `on` rules
  std::string values;                  // of other kinds than warnings: "from=B to=A score=90"
  std::string message;                 // of the last raise or change
  std::vector<std::string> evidence;   // ids, of the last raise or change
  std::vector<std::string> paths;      // to the subjects of records across a link
};

// What is left of them without grade changes, assessments and draws.
std::vector<NetWarning> warnings_only(std::vector<NetWarning> all);

// "rule key subject level raised..cleared trigger"; '-' for what is not there. Short times, for
// people.
std::string to_line(const NetWarning& warning, const Calendar& calendar);
// The same with message and the evidence that subscribers are sent, limits::kEvidenceMax ids at
// most.
std::string to_long_line(const NetWarning& warning, const Calendar& calendar);
// Sorted lines; two results agree when these are equal.
std::vector<std::string> to_lines(const std::vector<NetWarning>& warnings,
                                  const Calendar& calendar);
std::vector<std::string> to_long_lines(const std::vector<NetWarning>& warnings,
                                       const Calendar& calendar);

}  // namespace tocsin::testing
