// SIGINT and SIGTERM as a request to stop; the second one ends the process at once.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace tocsin {

class StopSignals {
 public:
  // From here on the signals are held back from every thread that is started later: create it
  // first.
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;

  // Calls `stop(signal name)` once, on a thread of its own, when the first signal comes, or came
  // before.
  void watch(std::function<void(const char*)> stop);

 private:
  // SIGINT, SIGTERM, or 0 when the object is about to end.
  int wait() const;

  std::atomic<bool> ending_{false};
  std::thread watcher_;
};

}  // namespace tocsin
