// The load that is measured: records of 270 bytes about many subjects, and policies of any size
// over them.
//
// Made of the seed alone, so that two machines measure the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tocsin::bench {

struct Workload {
  size_t records = 100'000;
  size_t subjects = 100'000;  // drawn by Zipf's law
  uint64_t seed = 42;
};

// NDJSON, in the order of time, over 180 days from 2025-01-01.
std::string make_records(const Workload& workload);

// A policy of `rules` rules: a third filters, a third windowed counts and sums, a third sequences
// across regions.
std::string make_policy(size_t rules, uint64_t seed);

}  // namespace tocsin::bench
