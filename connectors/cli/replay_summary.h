// What a replay did, counted batch by batch, and told at its end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/record/batch.h"

namespace tocsin {

class ReplaySummary {
 public:
  void add(const Messages& messages);
  void add(const BatchReport& report);

  uint64_t received() const { return received_; }
  // Records came, and every single one was rejected.
  bool all_rejected() const { return received_ > 0 && received_ == rejected_; }
  // That stand at the end.
  uint64_t warnings() const { return raised_ - withdrawn_; }

  // Lines for people: the counts, and the first rejects.
  std::vector<std::string> lines(double seconds) const;

 private:
  uint64_t received_ = 0;
  uint64_t applied_ = 0;
  uint64_t duplicates_ = 0;
  uint64_t outdated_ = 0;
  uint64_t late_ = 0;
  uint64_t rejected_ = 0;
  uint64_t messages_ = 0;
  uint64_t raised_ = 0;
  uint64_t withdrawn_ = 0;
  std::vector<Reject> first_rejects_;
};

// FILE:LINE: reason (field `f`)
std::string reject_line(const Reject& reject);

}  // namespace tocsin
