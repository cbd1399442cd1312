#include <fmt/format.h>
#include <zlib.h>

#include <cassert>
#include <vector>

#include "connectors/file/byte_source.h"

namespace tocsin {
namespace {

constexpr size_t kStoredBufferBytes = 256u << 10;
constexpr int kGzipOnly = 15 + 16;  // zlib's window bits: the largest window, gzip framing

// A gzip file is one or more members, one after another; each carries a checksum that zlib
// verifies.
class GzipSource : public ByteSource {
 public:
  GzipSource(std::string path, std::unique_ptr<ByteSource> stored)
      : path_(std::move(path)), stored_(std::move(stored)), buffer_(kStoredBufferBytes) {
    const int initialised = inflateInit2(&stream_, kGzipOnly);
    assert(initialised == Z_OK);
    static_cast<void>(initialised);
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  Result<size_t> read(char* out, size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size) {
      if (stream_.avail_in == 0) {
        Result<size_t> got = refill();
        if (!got) return got;
        if (*got == 0 && between_members_) return size_t{0};
        if (*got == 0) return broken("ends before its data is complete");
      }
      Status step = inflate_some();
      if (!step) return step.error();
    }
    const size_t produced = size - stream_.avail_out;
    unpacked_ += produced;
    return produced;
  }

  uint64_t stored_bytes_read() const override { return consumed_ - stream_.avail_in; }

 private:
  Result<size_t> refill() {
    Result<size_t> got = stored_->read(reinterpret_cast<char*>(buffer_.data()), buffer_.size());
    if (!got) return got;
    stream_.next_in = buffer_.data();
    stream_.avail_in = static_cast<uInt>(*got);
    consumed_ += *got;
    return got;
  }

  Status inflate_some() {
    if (between_members_) {
      // Tape blocks and some downloads pad with zeros; anything else must be another member.
      while (members_ > 0 && stream_.avail_in > 0 && *stream_.next_in == 0) {
        ++stream_.next_in;
        --stream_.avail_in;
      }
      if (stream_.avail_in == 0) return Done{};
      inflateReset(&stream_);
      between_members_ = false;
    }
    const int code = inflate(&stream_, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      between_members_ = true;
      ++members_;
      return Done{};
    }
    if (code == Z_OK || code == Z_BUF_ERROR) return Done{};
    return broken(
        fmt::format("is damaged ({})", stream_.msg != nullptr ? stream_.msg : "no gzip data"));
  }

  Error broken(std::string_view what) const {
    return {ErrorKind::kInput,
            fmt::format("{} {}: at byte {} of the file, {} bytes unpacked", path_, what,
                        stored_bytes_read(), unpacked_),
            "copy or download the file again; `gzip -t` checks it"};
  }

  const std::string path_;
  const std::unique_ptr<ByteSource> stored_;
  std::vector<Bytef> buffer_;
  z_stream stream_{};
  bool between_members_ = true;
  uint64_t members_ = 0;
  uint64_t consumed_ = 0;
  uint64_t unpacked_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> unpack_gzip(std::string path, std::unique_ptr<ByteSource> stored) {
  return std::make_unique<GzipSource>(std::move(path), std::move(stored));
}

}  // namespace tocsin
