// The client's end of a connection: one socket, waited for with poll(), on the caller's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/tcp/address.h"
#include "engine/result.h"

namespace tocsin {

class ClientSocket {
 public:
  ClientSocket() = default;  // not connected
  ClientSocket(ClientSocket&& other) noexcept;
  ClientSocket& operator=(ClientSocket&& other) noexcept;
  ~ClientSocket();

  // Tries every address of the host once.
  static Result<ClientSocket> connect(const Address& address, std::chrono::milliseconds time_max);

  bool connected() const { return socket_ >= 0; }
  int native() const { return socket_; }

  // Waits until there is something to read, or (if wanted) room to write, or `time_max` is over.
  struct Ready {
    bool to_read = false;
    bool to_write = false;
  };
  Ready wait(bool want_write, std::chrono::milliseconds time_max);

  // Bytes moved, perhaps 0; nothing when the connection is over.
  std::optional<size_t> read(char* out, size_t size);
  std::optional<size_t> write(std::string_view bytes);

 private:
  explicit ClientSocket(int socket) : socket_(socket) {}
  int socket_ = -1;
};

// Connects with growing pauses between the attempts, for `patience` at most, starting after
// `first_pause`. A socket that is not connected comes back when `stopped` (may be null) says so.
Result<ClientSocket> connect_patiently(const Address& address,
                                       std::chrono::milliseconds first_pause,
                                       std::chrono::milliseconds patience,
                                       const std::function<bool()>& stopped);

}  // namespace tocsin
