// A stream of records about companies, as a credit supervision office would receive it.
//
// Few companies cause most records (Zipf). Some records arrive days after what they tell of, some
// arrive twice; both must not matter. The same options give the same bytes, on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tocsin::simulator {

struct StreamOptions {
  size_t records = 20'000;  // about so many; duplicates and what follows from a record included
  size_t companies = 0;     // 0: one for every 25 records
  uint64_t seed = 1;
  int days = 540;             // from 2023-01-01 on
  double late_share = 0.03;   // arrive 1 to 20 days late
  double twice_share = 0.01;  // arrive a second time within three days
};

// The lines in the order of their arrival, each ending with '\n'.
std::vector<std::string> make_stream(const StreamOptions& options);

}  // namespace tocsin::simulator
