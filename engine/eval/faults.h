// Calculations of a rule that gave no value although nothing they need was missing.
#pragma once

#include <cstdint>

namespace tocsin {

struct Faults {
  uint64_t calculations = 0;  // divisions by zero, overflows, sequences given up
  uint64_t workdays = 0;      // spans that left the policy's calendar of working days
  uint64_t links = 0;         // aggregates across a link with more names than it allows

  bool any() const { return calculations > 0 || workdays > 0 || links > 0; }
  Faults& operator+=(const Faults& other) {
    calculations += other.calculations;
    workdays += other.workdays;
    links += other.links;
    return *this;
  }
  friend Faults operator-(Faults a, const Faults& b) {
    return {a.calculations - b.calculations, a.workdays - b.workdays, a.links - b.links};
  }
};

}  // namespace tocsin
