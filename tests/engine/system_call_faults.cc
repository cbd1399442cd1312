#include "tests/engine/system_call_faults.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

namespace tocsin {
namespace {

std::atomic<unsigned> calls_left = 0;  // until one fails; 0: none will
std::atomic<bool> struck = false;
std::atomic<Fault> fault = Fault::kError;
std::atomic<int> error = EIO;

bool is_the_one() {
  if (struck) return fault == Fault::kErrorFromThenOn;
  unsigned left = calls_left;
  while (left != 0 && !calls_left.compare_exchange_weak(left, left - 1)) {
  }
  if (left == 1) struck = true;
  return left == 1;
}

bool write_strikes() { return is_the_one(); }
bool strikes() { return fault != Fault::kShortWrite && is_the_one(); }

long failed() {
  errno = error;
  return -1;
}

// The struck write's result; `write_half` does what is done of it.
template <class Write>
ssize_t half_done(Write write_half) {
  if (fault == Fault::kShortWrite) return write_half();
  if (fault == Fault::kTornWrite && write_half() < 0) return -1;
  return failed();
}

}  // namespace

void fail_call(unsigned k, Fault kind, int error_number) {
  fault = kind;
  error = error_number;
  struck = false;
  calls_left = k;
}

bool end_faults() {
  calls_left = 0;
  return struck.exchange(false);
}

}  // namespace tocsin

extern "C" {

ssize_t pwrite(int file, const void* from, size_t bytes, off_t offset) {
  if (!tocsin::write_strikes()) return syscall(SYS_pwrite64, file, from, bytes, offset);
  return tocsin::half_done([&] { return syscall(SYS_pwrite64, file, from, bytes / 2, offset); });
}

ssize_t writev(int file, const struct iovec* pieces, int count) {
  if (!tocsin::write_strikes()) return syscall(SYS_writev, file, pieces, count);
  const iovec half{pieces->iov_base, pieces->iov_len / 2};
  return tocsin::half_done([&] { return syscall(SYS_writev, file, &half, 1); });
}

int fdatasync(int file) {
  return static_cast<int>(tocsin::strikes() ? tocsin::failed() : syscall(SYS_fdatasync, file));
}

int fsync(int file) {
  return static_cast<int>(tocsin::strikes() ? tocsin::failed() : syscall(SYS_fsync, file));
}

int ftruncate(int file, off_t bytes) noexcept {
  return static_cast<int>(tocsin::strikes() ? tocsin::failed()
                                            : syscall(SYS_ftruncate, file, bytes));
}

int rename(const char* from, const char* to) noexcept {
  return static_cast<int>(tocsin::strikes() ? tocsin::failed()
                                            : syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to));
}

void* mmap(void* at, size_t bytes, int protection, int flags, int file, off_t offset) noexcept {
  if (file >= 0 && (flags & MAP_SHARED) != 0 && tocsin::strikes()) {
    tocsin::failed();
    return MAP_FAILED;
  }
  return reinterpret_cast<void*>(syscall(SYS_mmap, at, bytes, protection, flags, file, offset));
}

}  // extern "C"
