// Work that passes from one thread to another through oneTBB.
//
// oneTBB orders such threads itself, but inside a library that the thread sanitizer does not see
// into; said once more here, a real race stands out among its reports. Costs one atomic operation a
// task.
#pragma once

#include <atomic>

namespace tocsin {

class HandOver {
 public:
  // Everything before pass() on one thread happens before what follows take() on another that comes
  // later.
  void pass() { turn_.fetch_add(1, std::memory_order_release); }
  void take() { turn_.fetch_add(1, std::memory_order_acquire); }

 private:
  std::atomic<unsigned> turn_{0};
};

}  // namespace tocsin
