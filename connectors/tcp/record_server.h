// Records in: the feeders' protocol (README.md, "Records in").
//
// Give it every BatchReport. All functions may be called from any thread but the io thread; none
// blocks for long.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/tcp/engine_view.h"
#include "connectors/tcp/inbox.h"
#include "connectors/tcp/io_thread.h"
#include "rules-dsl/limits.h"

namespace tocsin {

struct RecordServerOptions {
  std::vector<std::string> listen;  // addresses (address.h); all must be free
  std::vector<std::string>
      record_types;  // of the policy, to check hello's "as"; empty: not checked
  size_t connections_max = limits::kFeedersMax;
  std::chrono::milliseconds line_time_max = std::chrono::seconds(limits::kLineSecondsMax);
  std::chrono::milliseconds vanished_time_max = std::chrono::seconds(limits::kVanishedSecondsMax);
  std::chrono::milliseconds stop_max{
      3'000};  // for peers to take the last lines when the service stops
};

class RecordServer {
 public:
  // Listens. `io`, `view` and `inbox` must outlive it.
  static Result<std::unique_ptr<RecordServer>> open(IoThread& io, const EngineView& view,
                                                    Inbox& inbox, RecordServerOptions options);
  ~RecordServer();

  // The addresses in use, in the order of `listen`, with the port that was chosen for port 0.
  const std::vector<std::string>& addresses() const;

  // `settled` is what Inbox::settle() gave for this batch.
  void published(const BatchReport& report, std::vector<AnonymousLines> settled);

  // The engine stopped accepting: tells every feeder, now and later, and closes.
  void fail(const Error& error);
  // Takes no more connections and reads no more; replies still go out.
  void stop_reading();
  // Sends what is due, for a moment, then closes everything. Idempotent; the destructor does it
  // too.
  void stop();

  size_t connections() const;

 private:
  class Impl;
  explicit RecordServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace tocsin
