#include <fmt/format.h>
#include <zstd.h>

#include <cassert>
#include <vector>

#include "connectors/file/byte_source.h"

namespace tocsin {
namespace {

// A zstd file is one or more frames, one after another; checksums are verified where the frame has
// one.
class ZstdSource : public ByteSource {
 public:
  ZstdSource(std::string path, std::unique_ptr<ByteSource> stored)
      : path_(std::move(path)),
        stored_(std::move(stored)),
        buffer_(ZSTD_DStreamInSize()),
        context_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {
    assert(context_ != nullptr);
  }

  Result<size_t> read(char* out, size_t size) override {
    ZSTD_outBuffer target{out, size, 0};
    while (target.pos == 0) {
      if (input_.pos == input_.size) {
        Result<size_t> got = refill();
        if (!got) return got;
        if (*got == 0 && between_frames_) return size_t{0};
        if (*got == 0) return broken("ends before its data is complete");
      }
      const size_t code = ZSTD_decompressStream(context_.get(), &target, &input_);
      if (ZSTD_isError(code))
        return broken(fmt::format("is damaged ({})", ZSTD_getErrorName(code)));
      between_frames_ = code == 0;
    }
    unpacked_ += target.pos;
    return target.pos;
  }

  uint64_t stored_bytes_read() const override { return consumed_ - (input_.size - input_.pos); }

 private:
  Result<size_t> refill() {
    Result<size_t> got = stored_->read(buffer_.data(), buffer_.size());
    if (!got) return got;
    input_ = {buffer_.data(), *got, 0};
    consumed_ += *got;
    return got;
  }

  Error broken(std::string_view what) const {
    return {ErrorKind::kInput,
            fmt::format("{} {}: at byte {} of the file, {} bytes unpacked", path_, what,
                        stored_bytes_read(), unpacked_),
            "copy or download the file again; `zstd -t` checks it"};
  }

  const std::string path_;
  const std::unique_ptr<ByteSource> stored_;
  std::vector<char> buffer_;
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context_;
  ZSTD_inBuffer input_{nullptr, 0, 0};
  bool between_frames_ = true;
  uint64_t consumed_ = 0;
  uint64_t unpacked_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> unpack_zstd(std::string path, std::unique_ptr<ByteSource> stored) {
  return std::make_unique<ZstdSource>(std::move(path), std::move(stored));
}

}  // namespace tocsin
