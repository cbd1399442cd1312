#include "engine/store/file_ops.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace tocsin {
namespace {

constexpr int kNewFileMode = 0640;  // records are about people and firms: not for everybody's eyes

class PosixFileOps final : public FileOps {
 public:
  int open(const std::filesystem::path& path, int flags) override {
    return negated(::open(path.c_str(), flags | O_CLOEXEC, kNewFileMode));
  }
  ssize_t read_at(int file, char* to, size_t bytes, uint64_t offset) override {
    return negated(::pread(file, to, bytes, static_cast<off_t>(offset)));
  }
  ssize_t write_at(int file, const char* from, size_t bytes, uint64_t offset) override {
    return negated(::pwrite(file, from, bytes, static_cast<off_t>(offset)));
  }
  int sync_data(int file) override { return negated(::fdatasync(file)); }
  int sync_all(int file) override { return negated(::fsync(file)); }
  int truncate(int file, uint64_t bytes) override {
    return negated(::ftruncate(file, static_cast<off_t>(bytes)));
  }
  int rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return negated(std::rename(from.c_str(), to.c_str()));
  }
  int remove(const std::filesystem::path& path) override { return negated(::unlink(path.c_str())); }

 private:
  template <class Int>
  static Int negated(Int result) {
    return result < 0 ? static_cast<Int>(-errno) : result;
  }
};

std::string remedy_for(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "free space there, then start tocsin again: nothing acknowledged is lost";
    case EACCES:
    case EPERM:
    case EROFS:
      return "let the user that runs tocsin read and write there";
    case EMFILE:
    case ENFILE:
      return "allow more open files (ulimit -n)";
    case EIO:
      return "check the disk (dmesg), then start tocsin again: nothing acknowledged is lost";
    default:
      return "";
  }
}

}  // namespace

FileOps& FileOps::posix() {
  static PosixFileOps files;
  return files;
}

FileHandle::~FileHandle() {
  if (file_ >= 0) ::close(file_);
}

Error file_error(std::string_view verb, const std::filesystem::path& path, int error_number) {
  return Error{.kind = ErrorKind::kEnvironment,
               .message = "cannot " + std::string(verb) + " " + path.string() + ": " +
                          std::generic_category().message(error_number),
               .remedy = remedy_for(error_number)};
}

Result<FileHandle> open_file(FileOps& files, const std::filesystem::path& path, int flags) {
  const int file = files.open(path, flags);
  if (file < 0) return file_error("open", path, -file);
  return FileHandle(file);
}

Result<size_t> read_fully(FileOps& files, int file, const std::filesystem::path& path, char* to,
                          size_t bytes, uint64_t offset) {
  size_t done = 0;
  while (done < bytes) {
    const ssize_t count = files.read_at(file, to + done, bytes - done, offset + done);
    if (count == -EINTR) continue;
    if (count < 0) return file_error("read", path, static_cast<int>(-count));
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  return done;
}

Status write_fully(FileOps& files, int file, const std::filesystem::path& path,
                   std::string_view bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t count = files.write_at(file, bytes.data(), bytes.size(), offset);
    if (count == -EINTR) continue;
    // A file system that writes nothing and reports nothing would hold us here for ever.
    if (count <= 0)
      return file_error("write", path, count == 0 ? ENOSPC : static_cast<int>(-count));
    bytes.remove_prefix(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
  return Done{};
}

Status sync_directory(FileOps& files, const std::filesystem::path& directory) {
  auto handle = open_file(files, directory.empty() ? "." : directory, O_RDONLY | O_DIRECTORY);
  if (!handle) return handle.error();
  if (const int result = files.sync_all(handle->get()); result < 0) {
    return file_error("sync", directory, -result);
  }
  return Done{};
}

}  // namespace tocsin
