#include "connectors/file/read_buffer.h"

#include "rules-dsl/limits.h"

namespace tocsin {

namespace {
constexpr size_t kReadBytes = 1u << 20;
}

Status ReadBuffer::fill() {
  bytes_.erase(0, begin_);
  begin_ = 0;
  const size_t kept = bytes_.size();
  bytes_.resize(kept + kReadBytes);
  Result<size_t> got = source_->read(bytes_.data() + kept, kReadBytes);
  bytes_.resize(kept + (got ? *got : 0));
  if (!got) return got.error();
  at_end_ = *got == 0;
  return Done{};
}

Status ReadBuffer::fill_to(size_t bytes) {
  while (data().size() < bytes && !at_end_) {
    if (Status filled = fill(); !filled) return filled;
  }
  return Done{};
}

Status ReadBuffer::skip_line(SkippedLine& skipped) {
  for (;;) {
    const std::string_view rest = data();
    const size_t end = rest.find('\n');
    const std::string_view piece = rest.substr(0, end);
    skipped.head.append(piece.substr(0, limits::kRejectTextBytesMax - skipped.head.size()));
    const size_t count = end == std::string_view::npos ? rest.size() : end + 1;
    skipped.bytes += count;
    consume(count);
    if (end != std::string_view::npos || at_end_) return Done{};
    if (Status filled = fill(); !filled) return filled;
  }
}

}  // namespace tocsin
