// The file operations below the journal, so that tests can let the k-th one fail.
//
// Results are those of the system call, with -errno for a failure; nothing is retried here.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "engine/result.h"

namespace tocsin {

class FileOps {
 public:
  virtual ~FileOps() = default;

  virtual int open(const std::filesystem::path& path, int flags) = 0;  // new files get mode 0640
  virtual ssize_t read_at(int file, char* to, size_t bytes, uint64_t offset) = 0;
  virtual ssize_t write_at(int file, const char* from, size_t bytes, uint64_t offset) = 0;
  virtual int sync_data(int file) = 0;  // fdatasync
  virtual int sync_all(int file) = 0;   // fsync; also for directories
  virtual int truncate(int file, uint64_t bytes) = 0;
  virtual int rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  virtual int remove(const std::filesystem::path& path) = 0;

  // The real ones.
  static FileOps& posix();
};

// An open file; closes it. Closing never loses data here, because everything that counts was synced
// before.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int file) : file_(file) {}
  FileHandle(FileHandle&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~FileHandle();

  int get() const { return file_; }

 private:
  int file_ = -1;
};

// "cannot write data/journal/00000001.seg: No space left on device", with what to do about it.
// `error_number` is positive.
Error file_error(std::string_view verb, const std::filesystem::path& path, int error_number);

Result<FileHandle> open_file(FileOps& files, const std::filesystem::path& path, int flags);
// Reads until `bytes` are there or the file ends; returns what was read.
Result<size_t> read_fully(FileOps& files, int file, const std::filesystem::path& path, char* to,
                          size_t bytes, uint64_t offset);
// Writes everything or fails; goes on after an interrupted or short write.
Status write_fully(FileOps& files, int file, const std::filesystem::path& path,
                   std::string_view bytes, uint64_t offset);
// Makes created, renamed and removed names in `directory` durable.
Status sync_directory(FileOps& files, const std::filesystem::path& directory);

}  // namespace tocsin
