// Work that passes from one thread to another through oneTBB or std::async.
//
// Both order such threads themselves, but inside libraries that the thread sanitizer does not see
// into; said once more here, a real race stands out among its reports. Costs one atomic operation.
#pragma once

#include <atomic>

namespace tocsin {

class HandOver {
 public:
  // What comes before pass() on one thread happens before what follows a later take() on another.
  void pass() { turn_.fetch_add(1, std::memory_order_release); }
  void take() { turn_.fetch_add(1, std::memory_order_acquire); }

 private:
  std::atomic<unsigned> turn_{0};
};

}  // namespace tocsin
