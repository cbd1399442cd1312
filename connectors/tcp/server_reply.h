// Reads the lines that a service sends to its feeders and subscribers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin {

struct ServerReply {
  enum class Kind : uint8_t {
    kUnknown,  // of a later version, most likely: to be passed over
    kError,
    kWelcome,
    kDurable,
    kRejected,
    kRejectedOmitted,
    kMessage,
    kHeartbeat,
    kGap,
  };
  Kind kind = Kind::kUnknown;
  uint64_t number = 0;  // lines durable, line rejected, rejects left out, seq, last seq of the gap
  std::string text;     // error, or reason of a reject
  std::string field;    // of a reject
};

ServerReply parse_reply(std::string_view line);

}  // namespace tocsin
