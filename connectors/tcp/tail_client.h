// A subscriber: receives messages over as many connections as it takes, none twice, none left out.
//
// Runs on the caller's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/result.h"

namespace tocsin {

struct TailOptions {
  std::string address;  // address.h
  std::string name;     // a durable cursor under this name; may be empty
  std::string token;    // may be empty
  // open, start, now or a SEQ (the last one seen); the cursor of a named subscriber goes before it.
  std::string from = "open";
  std::vector<std::string> rules;
  std::vector<std::string> kinds;  // empty: warnings
  std::string min_level;
  std::vector<std::string> regions;
  bool acknowledge = false;  // named: confirm each message once on_line has returned
  std::chrono::milliseconds first_connect_max{5'000};
  std::chrono::milliseconds reconnect_max{600'000};
  std::chrono::milliseconds silence_max{
      35'000};  // no heartbeat for so long: the connection is dead
};

// What kind of line it is.
enum class TailLine : uint8_t { kMessage, kHeartbeat, kGap };

struct TailCallbacks {
  // One JSON line without its '\n', valid during the call; false ends the subscription. A
  // kHeartbeat with `seq` says that everything up to `seq` has been given out; the first one comes
  // once the answer to `from: open` is complete.
  std::function<bool(TailLine kind, uint64_t seq, std::string_view json)> on_line;
  std::function<void(const std::string&)> note;  // may be null: connection lost, back again
  std::function<bool()> stopped;                 // may be null: asked about ten times a second
};

// Returns when on_line or stopped says so. Errors: not reachable, refused by the service (its
// words).
Status tail(const TailOptions& options, const TailCallbacks& callbacks);

}  // namespace tocsin
