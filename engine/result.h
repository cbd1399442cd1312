// Success with a value, or what went wrong and what to do about it.
//
// Used for trouble with stores, files and sockets. Bad records are rejects, author's mistakes are
// diagnostics.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace tocsin {

enum class ErrorKind : uint8_t {
  kInput,        // what the user gave is at fault (exit code 1)
  kEnvironment,  // disk, network, permissions (exit code 3)
  kCorrupt,      // stored data does not match its checksum or format
};

struct Error {
  ErrorKind kind = ErrorKind::kEnvironment;
  std::string message;  // what failed, where: "cannot write data/journal/00000001.seg: No space
                        // left on device"
  std::string remedy;   // what to do; may be empty
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT: a value is a success
  Result(Error error) : state_(std::move(error)) {}  // NOLINT: an Error is a failure

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() {
    assert(ok());
    return std::get<0>(state_);
  }
  const T& value() const {
    assert(ok());
    return std::get<0>(state_);
  }
  T& operator*() { return value(); }
  T* operator->() { return &value(); }
  const Error& error() const {
    assert(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

struct Done {};
using Status = Result<Done>;

}  // namespace tocsin
