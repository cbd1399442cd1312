// Warnings out: the subscribers' protocol (README.md, "Warnings out").
//
// Each subscriber is fed from the warning log, a slice at a time and the next only when its socket
// has taken the last; so a slow one lags, holds one slice of memory, and disturbs nobody.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/tcp/engine_view.h"
#include "connectors/tcp/inbox.h"
#include "connectors/tcp/io_thread.h"
#include "rules-dsl/limits.h"

namespace tocsin {

struct WarningServerOptions {
  std::vector<std::string> listen;  // addresses (address.h); all must be free
  std::vector<std::string> levels;  // of the policy, lowest first
  std::vector<std::string> rules;   // of the policy
  std::function<std::string(int64_t)>
      format_time;  // for the clock in heartbeats; usually Calendar::format_time
  size_t subscribers_max = limits::kSubscribersMax;
  std::chrono::milliseconds heartbeat = std::chrono::seconds(10);
  std::chrono::milliseconds line_time_max = std::chrono::seconds(limits::kLineSecondsMax);
  std::chrono::milliseconds vanished_time_max = std::chrono::seconds(limits::kVanishedSecondsMax);
  std::chrono::milliseconds stop_max{
      3'000};  // for peers to take the last lines when the service stops
};

class WarningServer {
 public:
  // Listens. `io`, `view` and `inbox` (which takes the acknowledgements) must outlive it.
  static Result<std::unique_ptr<WarningServer>> open(IoThread& io, const EngineView& view,
                                                     Inbox& inbox, WarningServerOptions options);
  ~WarningServer();

  // The addresses in use, in the order of `listen`, with the port that was chosen for port 0.
  const std::vector<std::string>& addresses() const;

  // Something was published, or became durable: subscribers look at the log.
  void published();

  // The engine stopped accepting: subscribers get what is in the log, then the error.
  void fail(const Error& error);
  // Sends what the log still has for those that take it, for a moment, then closes everything.
  // Idempotent; the destructor does it too.
  void stop();

  size_t subscribers() const;

 private:
  class Impl;
  explicit WarningServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace tocsin
