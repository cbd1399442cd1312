// The TCP side of `tocsin run`, whole: io thread, inbox and both servers.
//
//   auto view = engine_view_of(*engine);
//   auto service = TcpService::open(*view, options);      // an Error names the address and the
//   remedy
//   ... on a signal: service->stop_reading();             // from any thread (not from a signal
//   handler) Status status = engine->run(service->source(), service->sink()); if (!status.ok())
//   service->fail(status.error()); service->stop();
#pragma once

#include <memory>

#include "connectors/tcp/engine_view.h"
#include "connectors/tcp/inbox.h"
#include "connectors/tcp/record_server.h"
#include "connectors/tcp/warning_server.h"
#include "engine/engine.h"

namespace tocsin {

struct TcpServiceOptions {
  InboxOptions inbox;
  RecordServerOptions records;
  WarningServerOptions warnings;
};

class TcpService {
 public:
  // `view` must outlive it.
  static Result<std::unique_ptr<TcpService>> open(const EngineView& view,
                                                  TcpServiceOptions options);
  ~TcpService();

  BatchSource& source();
  BatchSink& sink();
  const RecordServer& records() const;
  const WarningServer& warnings() const;

  // Clean shutdown, first half: nothing more is read; source() ends once the engine has taken what
  // is here.
  void stop_reading();
  // The engine's run() returned an error: everybody connected is told so.
  void fail(const Error& error);
  // Clean shutdown, second half, after run() has returned: last replies and messages go out, all is
  // closed. Takes at most a few seconds, with peers that do not read.
  void stop();

 private:
  class Impl;
  explicit TcpService(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin
