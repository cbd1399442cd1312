// The alarm of a target.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace tocsin::fuzz {

// Ends the program, as libFuzzer wants it, when `holds` is false.
inline void require(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "Does not hold: %s\n", rule);
  std::abort();
}

inline void require_same(const std::string& one, const std::string& other, const char* rule) {
  if (one == other) return;
  std::fprintf(stderr, "---- one\n%s\n---- the other\n%s\n----\n", one.c_str(), other.c_str());
  require(false, rule);
}

}  // namespace tocsin::fuzz
