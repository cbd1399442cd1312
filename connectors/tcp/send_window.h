// What a feeder has read and the service has not yet called durable; and how fast it may send.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "engine/record/batch.h"

namespace tocsin {

// Lines, numbered from 1 in the order in which they were added.
class SendWindow {
 public:
  // Adds the next lines; returns how many of them are durable already and were left out.
  uint64_t add(Chunk chunk);

  // The service has lines up to `line`, and has forgotten what else was sent: sending goes on
  // behind `line`.
  void resume_behind(uint64_t line);
  // Lines up to `line` are durable.
  void drop_until(uint64_t line);

  bool empty() const { return pieces_.empty(); }
  size_t bytes() const { return bytes_; }
  bool to_send() const { return sending_ < pieces_.size(); }

  // The next bytes to send, at most so many lines (but at least the rest of one). Requires:
  // to_send().
  std::string_view next_bytes(uint64_t lines_max) const;
  // So many of them are sent; returns how many lines that finished.
  uint64_t sent(size_t bytes);

  uint64_t lines_sent() const { return lines_sent_; }  // greatest line sent, or durable before
  uint64_t bytes_sent() const { return bytes_sent_; }  // without repeats

 private:
  struct Piece {
    uint64_t first_line;
    uint64_t lines;
    std::string bytes;
  };
  static void drop_lines(Piece& piece, uint64_t count);

  std::deque<Piece> pieces_;
  size_t bytes_ = 0;
  size_t sending_ = 0;    // the piece
  size_t offset_ = 0;     // and the place in it
  uint64_t line_ = 1;     // the line at that place
  uint64_t added_ = 0;    // lines
  uint64_t durable_ = 0;  // lines
  uint64_t lines_sent_ = 0;
  uint64_t bytes_sent_ = 0;
};

// So many lines per second; a tenth of a second may be made up for.
class Pace {
 public:
  explicit Pace(double lines_per_second) : rate_(lines_per_second) {}

  bool may_send(std::chrono::steady_clock::time_point now);
  // After may_send().
  uint64_t lines_allowed() const;
  void spend(uint64_t lines);
  // Until may_send().
  std::chrono::milliseconds pause(std::chrono::steady_clock::time_point now);

 private:
  void refill(std::chrono::steady_clock::time_point now);

  const double rate_;  // 0: no limit
  double allowed_ = 1;
  std::chrono::steady_clock::time_point refilled_{};
};

}  // namespace tocsin
