// One connection that receives warnings. Uses Asio; lives on the io thread.
//
// Moves through the warning log by slices, the next one only when the socket has taken the last.
// What it holds: one slice of lines; for `open`, also the numbers of the open warnings until they
// are sent (8 bytes each).
//
// What passes a filter: kind, rule and region must fit; of a warning's level, every `changed`
// passes, so that a subscriber learns that a warning fell below its level, and the other events
// must be at min_level or above.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/tcp/connection.h"
#include "connectors/tcp/control_line.h"
#include "connectors/tcp/engine_view.h"

namespace tocsin {

class Subscriber;

// What a subscriber needs of its server.
class SubscriberHost {
 public:
  virtual ~SubscriberHost() = default;
  virtual const EngineView& view() = 0;
  virtual const PolicyNames& known() = 0;
  // The messages after `seq`; shared between the subscribers that stand at the same place.
  virtual std::shared_ptr<const LogSlice> slice_after(uint64_t seq) = 0;
  // The engine's clock, as text.
  virtual std::optional<std::string> clock() = 0;
  // A subscription with a name came: the seq after which it goes on, if there is a cursor. Closes
  // the connection that had the name.
  virtual std::optional<uint64_t> took_name(Subscriber& subscriber) = 0;
  virtual void acknowledged(const std::string& name, uint64_t seq) = 0;
  virtual void closed(Subscriber& subscriber) = 0;
  virtual IoThread& io() = 0;
};

class Subscriber final : public Connection {
 public:
  Subscriber(Accepted accepted, SubscriberHost& host, std::chrono::milliseconds line_time_max);

  const std::string& name() const { return wanted_.name; }

  // Sends what there is to send; does nothing while the socket has not taken the last slice.
  void pump();
  void heartbeat();
  // The cursor is on disk up to `seq`; told with the next slice.
  void cursor_is_durable(uint64_t seq) { durable_ = seq; }
  // Ends once the log is sent: with an error, or (empty) without a word.
  void end_when_done(std::string reason);

 private:
  void on_bytes(std::string_view bytes) override;
  void on_peer_end() override;
  void on_sent() override { pump(); }
  void on_time(Clock::time_point now) override;
  void on_closed() override { host_.closed(*this); }

  void read_line(std::string_view line);
  void subscribe(std::string_view line);
  bool begin_at(const Subscription& wanted);
  void acknowledge(std::string_view line);
  void send_open_warnings();
  void send_slice();
  void pump_later();
  bool wants(const Message& message) const;
  bool at_level(const Message& message) const;
  bool fits(const Message& message) const;

  SubscriberHost& host_;
  const std::chrono::milliseconds line_time_max_;
  std::string line_;  // the control line being read
  Clock::time_point line_since_;
  bool subscribed_ = false;
  Subscription wanted_;
  std::vector<uint64_t> open_;  // messages still to be sent, descending
  uint64_t position_ = 0;       // everything up to it was dealt with, except what is in open_
  uint64_t acknowledged_ = 0;
  uint64_t durable_ = 0;    // the cursor on disk
  uint64_t told_ = 0;       // and what the subscriber was told of it
  uint64_t sent_ = 0;       // greatest seq that may be acknowledged
  bool confirmed_ = false;  // the first heartbeat was sent
  bool pump_posted_ = false;
  bool ending_ = false;
  std::string end_reason_;
};

}  // namespace tocsin
