// The lines that a service sends, as they come through a ClientSocket.
#pragma once

#include <functional>
#include <string_view>

#include "connectors/tcp/client_socket.h"
#include "connectors/tcp/line_framer.h"

namespace tocsin {

class ClientLines {
 public:
  enum class Outcome : uint8_t {
    kOpen,     // there may be more later, or already
    kStopped,  // `take` returned false
    kOver,     // the connection is over
  };

  // Reads once; gives every line that it completes to `take`, until that returns false.
  Outcome read(ClientSocket& socket, const std::function<bool(std::string_view line)>& take);

 private:
  LineFramer framer_{FramerStart{}};
};

}  // namespace tocsin
