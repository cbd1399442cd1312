// One socket: bytes in, lines out, and an orderly end. Base of Feeder and Subscriber. Uses Asio.
//
// Lives on the io thread. Reads only while it may, with one buffer for all connections, so an idle
// connection costs no memory. Ends in one of three ways: close_after_sending() and fail() let the
// other side have the last words (a close with unread input would make TCP throw them away),
// close_now() does not.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/tcp/io_context.h"

namespace tocsin {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = asio::generic::stream_protocol::socket;
  using Clock = std::chrono::steady_clock;

  // What comes with an accepted socket. `buffer` is shared by the connections of the thread.
  struct Accepted {
    Socket socket;
    uint64_t number = 0;
    std::vector<char>& buffer;
  };

  explicit Connection(Accepted accepted);
  virtual ~Connection() = default;

  uint64_t number() const { return number_; }
  // Neither being closed nor closed.
  bool is_open() const { return stage_ == Stage::kOpen; }
  size_t unsent() const { return sending_.size() + waiting_.size(); }

  void start();
  // Queues `line` and a '\n'. The caller bounds what waits, by unsent().
  void send_line(std::string_view line);
  void pause_reading() { paused_ = true; }
  void resume_reading();
  // Says why ({"error":"…"}) and closes.
  void fail(std::string_view reason);
  void close_after_sending();
  void close_now();
  // Called about once a second.
  void check_time(Clock::time_point now);
  // Something was sent, and for so long nothing of the peer's TCP came back.
  bool peer_vanished(std::chrono::milliseconds time_max);

 protected:
  virtual void on_bytes(std::string_view bytes) = 0;
  virtual void on_peer_end() = 0;  // the other side sends no more; it may still read
  virtual void on_sent() {}        // nothing is left unsent
  virtual void on_time(Clock::time_point) {}
  virtual void on_closed() = 0;  // once, whichever way it ended

  bool paused() const { return paused_; }

 private:
  // kClosing: sending the last words; kLingering: all is sent, waiting for the other side to close.
  enum class Stage : uint8_t { kOpen, kClosing, kLingering, kClosed };

  void wait_for_bytes();
  void read();
  void write();
  void linger_if_sent();

  Socket socket_;
  const uint64_t number_;
  std::vector<char>& buffer_;
  std::string waiting_;  // not yet given to the socket
  std::string sending_;
  Stage stage_ = Stage::kOpen;
  bool paused_ = false;
  bool waiting_for_bytes_ = false;
  bool peer_ended_ = false;
  Clock::time_point closing_since_;
};

}  // namespace tocsin
