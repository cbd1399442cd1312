// One connection that brings records. Uses Asio; lives on the io thread.
//
// First line a hello: a named source, whose lines are numbered on from what is durable, and who is
// told of `durable`, `rejected` and its welcome. Anything else: anonymous, told of rejected lines
// only. What waits to be sent never stops reading: durable is sent once the last one is out, and
// rejects beyond limits::kReplyBytesMax are counted instead (they are all in the reject log).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/tcp/connection.h"
#include "connectors/tcp/control_line.h"
#include "connectors/tcp/inbox.h"
#include "connectors/tcp/io_thread.h"
#include "connectors/tcp/line_framer.h"

namespace tocsin {

class Feeder;

// What a feeder needs of its server.
class FeederHost {
 public:
  virtual ~FeederHost() = default;
  virtual Inbox& inbox() = 0;
  // A hello came; welcome() answers it, perhaps later.
  virtual void said_hello(Feeder& feeder, const Hello& hello) = 0;
  // The inbox has taken the lines of this named source up to `line`.
  virtual void handed_in(Feeder& feeder, uint64_t line) = 0;
  virtual void closed(Feeder& feeder) = 0;
  virtual IoThread& io() = 0;
};

struct FeederOptions {
  const std::vector<std::string>& record_types;
  std::chrono::milliseconds line_time_max;
};

class Feeder final : public Connection {
 public:
  Feeder(Accepted accepted, FeederHost& host, FeederOptions options);

  // Empty for an anonymous one.
  const std::string& source() const { return hello_.source; }

  // Answers the hello: `position` is what is durable of the source.
  void welcome(const SourcePosition& position);
  // Lines up to `line` are durable.
  void durable(uint64_t line);
  void rejected(const Reject& reject);
  // The service is stopping: reads no more.
  void stop_reading();
  // Says so, unless all is well or the feeder knows from its `durable`, and closes.
  void stop();

 private:
  enum class Stage : uint8_t { kFirstLine, kAwaitingWelcome, kStreaming, kPeerEnded };

  void on_bytes(std::string_view bytes) override;
  void on_peer_end() override;
  void on_sent() override;
  void on_time(Clock::time_point now) override;
  void on_closed() override;

  void read_first_line();
  void read_hello();
  void begin_stream(FramerStart start);
  void take_bytes(std::string_view bytes);
  void hand_in();
  void wait_for_room();
  bool all_is_safe() const;
  void close_if_done();

  FeederHost& host_;
  const FeederOptions options_;
  Stage stage_ = Stage::kFirstLine;
  std::string first_bytes_;  // until it is clear what they are; then what came behind the hello
  Hello hello_;
  std::optional<LineFramer> framer_;
  std::optional<Chunk> chunk_;  // finished lines that the inbox has no room for
  uint64_t handed_in_ = 0;      // last line that the inbox has taken
  uint64_t durable_ = 0;
  bool durable_unsaid_ = false;
  uint64_t rejects_unsaid_ = 0;
  bool reading_stopped_ = false;
  Clock::time_point line_since_;  // when the line being read, or the wait for the first one, began
  uint64_t line_number_ = 0;      // the line that line_since_ is about
};

}  // namespace tocsin
