// Waits, outside the io thread, until a server's last connection has closed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace tocsin {

class ServerEnd {
 public:
  // On the io thread: the end has begun, with so many connections.
  void begin(size_t connections) {
    begun_ = true;
    check(connections);
  }

  // On the io thread: a connection has closed.
  void check(size_t connections) {
    if (!begun_ || connections > 0) return;
    std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }

  // From another thread. Gives up after `time_max`: a peer that does not read cannot hold us.
  void wait(std::chrono::milliseconds time_max) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time_max, [this] { return over_; });
  }

 private:
  bool begun_ = false;  // of the io thread alone
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
};

}  // namespace tocsin
