// Lets the k-th system call that changes a file fail, below LMDB and the journal alike.
//
// Only for a program that links system_call_faults.cc: its functions stand before those of libc, so
// that nothing of this is in the stores themselves. Counted are pwrite, writev, fdatasync, fsync,
// ftruncate, rename and shared mappings of files, on any thread.
#pragma once

#include <cstdint>

namespace tocsin {

enum class Fault : uint8_t {
  kError,           // the call does nothing and fails
  kTornWrite,       // a write fails when half of it is done; other calls as above
  kShortWrite,      // a write does half of it and says so; other calls are not counted
  kErrorFromThenOn  // the call and all later ones fail, until end_faults()
};

// `k` counts from 1 on, beginning now.
void fail_call(unsigned k, Fault fault, int error_number);
// All is well again; whether a call has failed.
bool end_faults();

}  // namespace tocsin
