#include "connectors/file/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace tocsin {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytes = 2 * Pseudonyms::kSecretBytes + 1;  // digits and a line's end

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error cannot(const char* what, const fs::path& path) {
  return {ErrorKind::kEnvironment,
          fmt::format("cannot {} the key file {}: {}", what, path.string(), std::strerror(errno)),
          "another place can be named with --key FILE"};
}

// None when it cannot be read; more bytes than a key has when it is longer.
std::optional<std::string> read_bytes(int fd) {
  std::array<char, kFileBytes + 1> buffer{};
  size_t bytes = 0;
  while (bytes < buffer.size()) {
    const ssize_t got = ::read(fd, buffer.data() + bytes, buffer.size() - bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    bytes += static_cast<size_t>(got);
  }
  return std::string(buffer.data(), bytes);
}

bool write_bytes(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return ::fsync(fd) == 0;
}

// Written whole under another name first: a key that is cut off would lock its data for ever.
Status make_key_file(const fs::path& path) {
  const auto secret = Pseudonyms::random_secret();
  if (!secret) return Error{ErrorKind::kEnvironment, "the system gives no random numbers", ""};
  const fs::path draft = path.string() + ".new";
  ::unlink(draft.c_str());  // of a start that was killed
  const Descriptor file(draft, O_WRONLY | O_CREAT | O_EXCL);
  const bool written =
      file.is_open() && write_bytes(file.get(), Pseudonyms::write_secret(*secret) + "\n");
  if (!written || (::link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST)) {
    const Error error = cannot("write", path);
    ::unlink(draft.c_str());
    return error;
  }
  ::unlink(draft.c_str());
  const Descriptor folder(path.parent_path(), O_RDONLY | O_DIRECTORY);
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return cannot("write", path);
  return Done{};
}

bool is_inside(const fs::path& path, const fs::path& folder) {
  std::error_code code;
  const fs::path inner = fs::weakly_canonical(fs::absolute(path), code);
  const fs::path outer = fs::weakly_canonical(fs::absolute(folder), code);
  const fs::path way = inner.lexically_relative(outer);
  return !way.empty() && *way.begin() != "..";
}

}  // namespace

fs::path default_key_file(const fs::path& data) {
  fs::path folder = fs::absolute(data).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  return folder.string() + ".key";
}

Result<std::shared_ptr<const Pseudonyms>> read_key_file(const fs::path& path) {
  const Descriptor file(path, O_RDONLY);
  struct stat status {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return cannot("read", path);
  if (!S_ISREG(status.st_mode) || (status.st_mode & 077) != 0) {
    return Error{ErrorKind::kEnvironment,
                 fmt::format("others than its owner can read the key file {}", path.string()),
                 fmt::format("chmod 600 {}, if nobody has read it; else its key is no secret any "
                             "more, and new data should get a new one",
                             path.string())};
  }
  const std::optional<std::string> bytes = read_bytes(file.get());
  if (!bytes) return cannot("read", path);
  const auto secret = Pseudonyms::read_secret(
      bytes->ends_with('\n') ? std::string_view(*bytes).substr(0, bytes->size() - 1)
                             : std::string_view(*bytes));
  if (!secret) {
    return Error{ErrorKind::kEnvironment, fmt::format("{} is no key file", path.string()),
                 "a key is a line of 64 hex digits, as tocsin run writes one when there is none"};
  }
  return std::make_shared<const Pseudonyms>(*secret);
}

Result<OpenedKey> open_key_file(const fs::path& path, const fs::path& data) {
  if (is_inside(path, data)) {
    return Error{ErrorKind::kEnvironment,
                 fmt::format("the key file {} lies inside of the data directory", path.string()),
                 "keep it elsewhere, so that who gets a copy of the data cannot tell its persons: "
                 "--key FILE"};
  }
  OpenedKey opened{.path = path, .pseudonyms = nullptr, .is_new = false};
  if (struct stat status{}; ::stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) return cannot("read", path);
    if (const Status made = make_key_file(fs::absolute(path)); !made) return made.error();
    opened.is_new = true;
  }
  auto pseudonyms = read_key_file(path);
  if (!pseudonyms) return pseudonyms.error();
  opened.pseudonyms = std::move(*pseudonyms);
  return opened;
}

}  // namespace tocsin
