// What a policy costs: the records that its rules keep of one key, and the records that they look
// at for one that comes (`tocsin check --cost`).
//
// Bounds, not measurements: what windows, patterns and deadlines can see, whatever is shared
// between rules. How many records that is depends on how often they come, which is assumed
// (CostRates).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules-dsl/plan/program.h"
#include "rules-dsl/syntax/ast.h"

namespace tocsin::plan {

inline constexpr double kDaysAYear = 365.25;
inline constexpr double kTextBytesAssumed = 24;  // of an id, a subject, a text

struct CostRates {
  double records_a_day = 1.0 / 30;  // of each type, for one key
  std::map<std::string, double, std::less<>> by_type;

  double of(const std::string& type) const {
    const auto found = by_type.find(type);
    return found == by_type.end() ? records_a_day : found->second;
  }
};

// Records of a type that are kept for a rule.
struct KeptRecords {
  enum class Until : uint8_t {
    kSpan,      // they are older than `days`
    kDeadline,  // theirs has passed
    kNever,
    kReplaced,  // a later one takes their place: `records` of them at a time
  };
  std::string type;
  Until until = Until::kSpan;
  double days = 0;
  double records = 0;  // of one key, at the assumed rate; for kDeadline and kNever those of a year
  double bytes = 0;
  std::string cause;  // as the policy says it
};

// Looking at records of a type for the sake of one that comes or leaves a window.
struct LookedAt {
  enum class Way : uint8_t {
    kOne,      // the one that comes or goes: kept up to date
    kAll,      // of the window
    kFromEnd,  // the newest first, or the oldest, up to one that fits
    kChoices,  // of a pattern: earlier records that may fit together
  };
  std::string type;
  Way way = Way::kOne;
  std::optional<double> records;  // at most, at the assumed rate; none: more and more
  std::string cause;
};

struct RuleCost {
  std::string rule;
  std::string key;
  std::vector<KeptRecords> kept;
  std::vector<LookedAt> looks;
  std::vector<std::string> unbounded;  // what has no bound of work, and what would give it one
};

// All rules of one kind of key together; what several of them keep is kept once.
struct KeyCost {
  std::string key;
  double records = 0;
  double bytes = 0;
  double bytes_a_year = 0;  // more, every year: what is never forgotten
};

struct PolicyCost {
  std::vector<RuleCost> rules;  // in the order of the policy
  std::vector<KeyCost> keys;
};

// Requires: the policy is checked without error, and `program` is its plan.
PolicyCost cost_of(const dsl::Policy& policy, const Program& program, const CostRates& rates);

}  // namespace tocsin::plan
