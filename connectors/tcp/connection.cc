#include "connectors/tcp/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "connectors/tcp/reply_line.h"
#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

constexpr size_t kIdleCapacityMax = 16u << 10;  // of an output buffer with nothing in it
// A peer that vanished without a word is noticed after 60 + 3 * 10 seconds.
constexpr int kKeepIdleSeconds = 60;
constexpr int kKeepIntervalSeconds = 10;
constexpr int kKeepCount = 3;

// Best effort: on a Unix socket none of these exist.
void set_socket_options(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &kKeepIdleSeconds, sizeof kKeepIdleSeconds);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &kKeepIntervalSeconds,
             sizeof kKeepIntervalSeconds);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &kKeepCount, sizeof kKeepCount);
}

void clear(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kIdleCapacityMax) buffer.shrink_to_fit();
}

}  // namespace

Connection::Connection(Accepted accepted)
    : socket_(std::move(accepted.socket)), number_(accepted.number), buffer_(accepted.buffer) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  set_socket_options(socket_.native_handle());
}

void Connection::start() { wait_for_bytes(); }

void Connection::resume_reading() {
  paused_ = false;
  wait_for_bytes();
}

void Connection::wait_for_bytes() {
  if (waiting_for_bytes_ || paused_ || peer_ended_ || stage_ == Stage::kClosed) return;
  waiting_for_bytes_ = true;
  socket_.async_wait(Socket::wait_read,
                     [self = shared_from_this()](boost::system::error_code error) {
                       self->waiting_for_bytes_ = false;
                       if (self->stage_ == Stage::kClosed) return;
                       if (error) return self->close_now();
                       self->read();
                     });
}

// Takes one buffer's worth, then lets the other connections have their turn.
void Connection::read() {
  if (paused_) return;
  boost::system::error_code error;
  const size_t count = socket_.read_some(asio::buffer(buffer_), error);
  if (error == asio::error::would_block || error == asio::error::interrupted) {
    return wait_for_bytes();
  }
  if (error == asio::error::eof) {
    peer_ended_ = true;
    if (stage_ == Stage::kOpen) return on_peer_end();
    return linger_if_sent();
  }
  if (error) return close_now();
  if (stage_ == Stage::kOpen) on_bytes({buffer_.data(), count});
  wait_for_bytes();
}

void Connection::send_line(std::string_view line) {
  if (stage_ != Stage::kOpen) return;
  waiting_.append(line);
  waiting_.push_back('\n');
  write();
}

void Connection::write() {
  if (!sending_.empty() || waiting_.empty()) return;
  std::swap(sending_, waiting_);
  asio::async_write(socket_, asio::buffer(sending_),
                    [self = shared_from_this()](boost::system::error_code error, size_t) {
                      clear(self->sending_);
                      if (self->stage_ == Stage::kClosed) return;
                      if (error) return self->close_now();
                      if (!self->waiting_.empty()) return self->write();
                      clear(self->waiting_);
                      if (self->stage_ == Stage::kOpen) return self->on_sent();
                      self->linger_if_sent();
                    });
}

void Connection::fail(std::string_view reason) {
  send_line(error_line(reason));
  close_after_sending();
}

void Connection::close_after_sending() {
  if (stage_ != Stage::kOpen) return;
  stage_ = Stage::kClosing;
  closing_since_ = Clock::now();
  linger_if_sent();
  if (stage_ != Stage::kClosed) resume_reading();  // what still comes is thrown away
}

void Connection::linger_if_sent() {
  if (stage_ == Stage::kClosing && unsent() == 0) {
    stage_ = Stage::kLingering;
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }
  if (stage_ == Stage::kLingering && peer_ended_) close_now();
}

void Connection::close_now() {
  if (stage_ == Stage::kClosed) return;
  stage_ = Stage::kClosed;
  boost::system::error_code ignored;
  socket_.close(ignored);
  on_closed();
}

// Keepalive rests as long as something is on its way, and the kernel repeats that for a quarter of
// an hour. (A peer that merely does not read acknowledges; then nothing is on its way.)
bool Connection::peer_vanished(std::chrono::milliseconds time_max) {
  tcp_info info{};
  socklen_t length = sizeof info;
  if (getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &length) != 0) {
    return false;  // a Unix socket
  }
  return info.tcpi_unacked > 0 && info.tcpi_retransmits > 0 &&
         std::chrono::milliseconds(info.tcpi_last_ack_recv) > time_max;
}

void Connection::check_time(Clock::time_point now) {
  if (stage_ == Stage::kOpen) return on_time(now);
  if (now - closing_since_ > std::chrono::seconds(limits::kLingerSecondsMax)) close_now();
}

}  // namespace tocsin
