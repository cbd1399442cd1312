// Where to listen or to connect: "HOST:PORT", ":PORT" or "PORT" (loopback), "[::1]:PORT", or
// "unix:PATH".
#pragma once

#include <cstdint>
#include <string>

#include "engine/result.h"

namespace tocsin {

struct Address {
  std::string host;   // empty for a Unix socket
  uint16_t port = 0;  // 0: any free one (listening only)
  std::string path;   // of a Unix socket

  bool is_unix() const { return !path.empty(); }
  std::string text() const;
};

// Errors name what is expected. Does not resolve the host.
Result<Address> parse_address(const std::string& text);

}  // namespace tocsin
