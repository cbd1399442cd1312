#include "connectors/file/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace tocsin {
namespace {

constexpr std::string_view kGzipMagic("\x1F\x8B", 2);
constexpr std::string_view kZstdMagic("\x28\xB5\x2F\xFD", 4);
constexpr size_t kMagicBytesMax = 4;

Error system_error(const std::string& path, std::string_view verb) {
  const int code = errno;
  const bool absent = code == ENOENT || code == ENOTDIR;
  const bool forbidden = code == EACCES || code == EPERM;
  return {absent ? ErrorKind::kInput : ErrorKind::kEnvironment,
          fmt::format("cannot {} {}: {}", verb, path, std::strerror(code)),
          absent      ? "check the path"
          : forbidden ? fmt::format("check the permissions: ls -l {}", path)
                      : "check the file and the disk that it is on"};
}

class PlainFile : public ByteSource {
 public:
  PlainFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  ~PlainFile() override {
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
  }

  Result<size_t> read(char* out, size_t size) override {
    ssize_t got = 0;
    do {
      got = ::read(descriptor_, out, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return system_error(path_, "read");
    read_ += static_cast<uint64_t>(got);
    return static_cast<size_t>(got);
  }

  uint64_t stored_bytes_read() const override { return read_; }

 private:
  const std::string path_;
  const int descriptor_;
  uint64_t read_ = 0;
};

// Gives the first bytes back before those of the source they were taken from.
class Unread : public ByteSource {
 public:
  Unread(std::string head, std::unique_ptr<ByteSource> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}

  Result<size_t> read(char* out, size_t size) override {
    if (given_ == head_.size()) return rest_->read(out, size);
    const size_t count = std::min(size, head_.size() - given_);
    std::memcpy(out, head_.data() + given_, count);
    given_ += count;
    return count;
  }

  uint64_t stored_bytes_read() const override { return rest_->stored_bytes_read(); }

 private:
  const std::string head_;
  size_t given_ = 0;
  const std::unique_ptr<ByteSource> rest_;
};

Result<std::string> read_head(ByteSource& source) {
  std::string head(kMagicBytesMax, '\0');
  size_t filled = 0;
  while (filled < head.size()) {
    Result<size_t> got = source.read(head.data() + filled, head.size() - filled);
    if (!got) return got.error();
    if (*got == 0) break;
    filled += *got;
  }
  head.resize(filled);
  return head;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_plain(const std::string& path) {
  if (path == "-") {
    return std::unique_ptr<ByteSource>(new PlainFile("standard input", STDIN_FILENO));
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system_error(path, "open");
  auto file = std::make_unique<PlainFile>(path, descriptor);
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    return Error{ErrorKind::kInput, fmt::format("{} is a folder, not a file of records", path),
                 fmt::format("name the files in it: {}/*", path)};
  }
  return std::unique_ptr<ByteSource>(std::move(file));
}

Result<std::unique_ptr<ByteSource>> open_bytes(const std::string& path) {
  Result<std::unique_ptr<ByteSource>> opened = open_plain(path);
  if (!opened) return opened;
  Result<std::string> head = read_head(**opened);
  if (!head) return head.error();

  const std::string_view magic = *head;
  const bool gzip = magic.starts_with(kGzipMagic);
  const bool zstd = magic.starts_with(kZstdMagic);
  if ((path.ends_with(".gz") && !gzip) || (path.ends_with(".zst") && !zstd)) {
    return Error{
        ErrorKind::kInput,
        fmt::format("{} is {}", path, magic.empty() ? "empty" : "not compressed as its name says"),
        "copy the file again, or rename it if it is not compressed"};
  }
  auto whole = std::make_unique<Unread>(std::move(*head), std::move(*opened));
  if (gzip) return unpack_gzip(path, std::move(whole));
  if (zstd) return unpack_zstd(path, std::move(whole));
  return std::unique_ptr<ByteSource>(std::move(whole));
}

}  // namespace tocsin
