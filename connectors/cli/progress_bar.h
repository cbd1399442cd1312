// How far a command is, on standard error, when that is a terminal; else nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "connectors/cli/console.h"

namespace tocsin {

struct Progress {
  uint64_t done = 0;     // bytes of the input as stored
  uint64_t total = 0;    // 0: unknown (standard input); only counts are shown
  uint64_t records = 0;  // lines, for the rate
  std::string note;      // "12 warnings"
};

class ProgressBar {
 public:
  explicit ProgressBar(Console& console) : console_(console) {}

  // Cheap: draws at most ten times a second.
  void update(const Progress& progress);
  // Removes the bar.
  void finish() { console_.status({}); }
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  Console& console_;
  const Clock::time_point begin_ = Clock::now();
  Clock::time_point next_draw_ = begin_;
};

// The line drawn: [########........] 52%  1,234,567 records  310,000/s  0:04 left  12 warnings
std::string render_progress(const Progress& progress, double seconds);

// 1234567 as 1,234,567.
std::string grouped(uint64_t number);

// Bytes of a file; 0 when unknown.
uint64_t stored_bytes(const std::string& path);

}  // namespace tocsin
