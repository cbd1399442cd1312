#include "connectors/tcp/line_framer.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "rules-dsl/limits.h"
#include "rules-dsl/value/text.h"

namespace tocsin {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// The longest line, with the byte order mark before it and the '\r' behind it.
constexpr size_t kHeldBytesMax = limits::kLineBytesMax + kByteOrderMark.size() + 1;
constexpr size_t kIdleCapacityMax = 64u << 10;  // of a connection between two lines

}  // namespace

LineFramer::LineFramer(FramerStart start)
    : start_(std::move(start)), next_line_(start_.first_line), line_offset_(start_.byte_offset) {}

void LineFramer::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      hold(bytes);
      return;
    }
    end_line(bytes.substr(0, end), 1);
    bytes.remove_prefix(end + 1);
  }
}

void LineFramer::finish() {
  if (inside_line()) end_line({}, 0);
}

Chunk LineFramer::take() {
  assert(has_lines());
  chunk_.source = start_.source;
  chunk_.as_type = start_.as_type;
  chunk_.connection = start_.connection;
  chunk_.bytes.reserve(chunk_.bytes.size() + limits::kPaddingBytes);
  return std::exchange(chunk_, {});
}

// `tail` is the rest of the line, `end_bytes` how many bytes its end took.
void LineFramer::end_line(std::string_view tail, size_t end_bytes) {
  if (!has_lines()) {
    chunk_.first_line = next_line_;
    chunk_.byte_offset = line_offset_;
  }
  const uint64_t raw_bytes = line_bytes_ + tail.size() + end_bytes;
  if (inside_line()) {
    hold(tail);
    skipping_ ? reject_line(without_mark(partial_)) : keep_line(partial_);
    partial_.clear();
    if (partial_.capacity() > kIdleCapacityMax) partial_.shrink_to_fit();
    skipping_ = false;
  } else {
    keep_line(tail);
  }
  line_offset_ += raw_bytes;
  line_bytes_ = 0;
  chunk_.bytes.push_back('\n');
  ++chunk_.lines;
  ++next_line_;
}

void LineFramer::keep_line(std::string_view line) {
  line = without_mark(line);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() <= limits::kLineBytesMax) {
    chunk_.bytes.append(line);
    return;
  }
  reject_line(line);
}

void LineFramer::reject_line(std::string_view beginning) {
  chunk_.framing_rejects.push_back(
      {.line = next_line_,
       .byte_offset = line_offset_,
       .reason = "the line has more than " + std::to_string(limits::kLineBytesMax) +
                 " bytes; leave out what no rule needs, or split it",
       .text = std::string(cut_utf8(beginning, limits::kRejectTextBytesMax))});
}

void LineFramer::hold(std::string_view piece) {
  line_bytes_ += piece.size();
  if (skipping_) return;
  if (partial_.size() + piece.size() <= kHeldBytesMax) {
    partial_.append(piece);
    return;
  }
  skipping_ = true;
  const size_t beginning = limits::kRejectTextBytesMax + kByteOrderMark.size();
  if (partial_.size() < beginning) partial_.append(piece.substr(0, beginning - partial_.size()));
  partial_.resize(beginning);
  partial_.shrink_to_fit();
}

std::string_view LineFramer::without_mark(std::string_view line) const {
  if (next_line_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(3);
  return line;
}

}  // namespace tocsin
