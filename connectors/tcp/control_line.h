// Reads the lines in which a peer says who it is and what it wants: hello, subscribe, ack.
//
// Strict: an unknown, repeated or mistyped member is an error that names it and what is known.
// Errors are ErrorKind::kInput and are sent to the peer as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/result.h"
#include "rules-dsl/plan/kind.h"

namespace tocsin {

// {"hello":{"source":"…","token":"…","as":"…"}}
struct Hello {
  std::string source;   // never empty
  std::string as_type;  // may be empty
};

// What a stream that begins so begins with; unknown while more than one is possible. A subscribe
// line came to the wrong port.
enum class Beginning : uint8_t { kUnknown, kHello, kSubscribe, kRecords };
Beginning beginning_of(std::string_view bytes);

// `record_types`: what "as" may say; empty: anything.
Result<Hello> parse_hello(std::string_view line, const std::vector<std::string>& record_types);

// Where a subscription begins.
enum class From : uint8_t { kOpen, kStart, kNow, kSeq };

// {"subscribe":{"name":"…","from":…,"rules":[…],"kinds":[…],"min_level":"…","regions":[…],
// "token":"…"}}
struct Subscription {
  std::string name;  // empty: anonymous
  From from = From::kOpen;
  uint64_t seq = 0;                // kSeq only: the last one that was received
  std::vector<std::string> rules;  // sorted; empty: all
  Kinds kinds;
  uint8_t min_level = 0;             // index into the levels
  std::vector<std::string> regions;  // prefixes; empty: all, also warnings without a region
};

// What the policy knows, lowest level first.
struct PolicyNames {
  std::vector<std::string> levels;
  std::vector<std::string> rules;
};

Result<Subscription> parse_subscription(std::string_view line, const PolicyNames& known);

// {"ack":SEQ}
Result<uint64_t> parse_acknowledgement(std::string_view line);

}  // namespace tocsin
