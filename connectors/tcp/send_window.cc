#include "connectors/tcp/send_window.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace tocsin {
namespace {

// Bytes of the first `lines` lines.
size_t bytes_of_lines(std::string_view text, uint64_t lines) {
  size_t at = 0;
  for (; lines > 0 && at < text.size(); --lines) {
    const size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return text.size();
    at = end + 1;
  }
  return at;
}

}  // namespace

uint64_t SendWindow::add(Chunk chunk) {
  Piece piece{added_ + 1, chunk.lines, std::move(chunk.bytes)};
  added_ += piece.lines;
  const uint64_t skipped =
      durable_ < piece.first_line ? 0 : std::min(piece.lines, durable_ + 1 - piece.first_line);
  drop_lines(piece, skipped);
  lines_sent_ = std::max(lines_sent_, std::min(durable_, added_));
  if (piece.lines == 0) return skipped;
  bytes_ += piece.bytes.size();
  if (!to_send()) line_ = piece.first_line;
  pieces_.push_back(std::move(piece));
  return skipped;
}

void SendWindow::resume_behind(uint64_t line) {
  sending_ = offset_ = 0;
  drop_until(line);
  if (!empty()) line_ = pieces_.front().first_line;
}

void SendWindow::drop_until(uint64_t line) {
  durable_ = std::max(durable_, line);
  while (!empty() && pieces_.front().first_line + pieces_.front().lines - 1 <= durable_) {
    bytes_ -= pieces_.front().bytes.size();
    pieces_.pop_front();
    if (sending_ > 0) {
      --sending_;
    } else {
      offset_ = 0;
      if (!empty()) line_ = pieces_.front().first_line;
    }
  }
  // The piece being sent stays whole: offset_ counts in it. resume_behind() starts it anew.
  if (empty() || pieces_.front().first_line > durable_ || (sending_ == 0 && offset_ > 0)) return;
  Piece& front = pieces_.front();
  const size_t before = front.bytes.size();
  drop_lines(front, durable_ + 1 - front.first_line);
  bytes_ -= before - front.bytes.size();
  if (sending_ == 0) line_ = front.first_line;
}

void SendWindow::drop_lines(Piece& piece, uint64_t count) {
  piece.bytes.erase(0, bytes_of_lines(piece.bytes, count));
  piece.first_line += count;
  piece.lines -= count;
}

std::string_view SendWindow::next_bytes(uint64_t lines_max) const {
  assert(to_send());
  const std::string_view rest = std::string_view(pieces_[sending_].bytes).substr(offset_);
  return rest.substr(0, bytes_of_lines(rest, std::max<uint64_t>(lines_max, 1)));
}

uint64_t SendWindow::sent(size_t bytes) {
  Piece& piece = pieces_[sending_];
  const char* from = piece.bytes.data() + offset_;
  const uint64_t lines = static_cast<uint64_t>(std::count(from, from + bytes, '\n'));
  if (line_ + lines > lines_sent_)
    bytes_sent_ += bytes;  // of a repeated line only the last part counts
  line_ += lines;
  lines_sent_ = std::max(lines_sent_, line_ - 1);
  offset_ += bytes;
  if (offset_ == piece.bytes.size()) {
    ++sending_;
    offset_ = 0;
  }
  return lines;
}

bool Pace::may_send(std::chrono::steady_clock::time_point now) {
  refill(now);
  return rate_ <= 0 || allowed_ >= 1;
}

uint64_t Pace::lines_allowed() const {
  return rate_ <= 0 ? UINT64_MAX : static_cast<uint64_t>(std::max(allowed_, 1.0));
}

void Pace::spend(uint64_t lines) { allowed_ -= static_cast<double>(lines); }

std::chrono::milliseconds Pace::pause(std::chrono::steady_clock::time_point now) {
  refill(now);
  if (rate_ <= 0 || allowed_ >= 1) return std::chrono::milliseconds(0);
  const double seconds = std::min((1 - allowed_) / rate_, 3600.0);
  return std::chrono::milliseconds(static_cast<int64_t>(std::ceil(seconds * 1000)));
}

void Pace::refill(std::chrono::steady_clock::time_point now) {
  if (rate_ <= 0) return;
  if (refilled_.time_since_epoch().count() != 0) {
    const std::chrono::duration<double> passed = now - refilled_;
    allowed_ = std::min(allowed_ + passed.count() * rate_, std::max(1.0, rate_ / 10));
  }
  refilled_ = now;
}

}  // namespace tocsin
