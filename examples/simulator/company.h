// Companies that do not exist: their codes pass every check that real ones pass, their names and
// controllers are put together from lists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "examples/simulator/random.h"

namespace tocsin::simulator {

struct Company {
  std::string code;  // unified social credit code, GB 32100-2015
  std::string name;
  std::string region;    // GB/T 2260, six digits
  std::string industry;  // GB/T 4754
  std::string controller;
};

// A code of 18 characters for a company registered in `region`, both of its check characters right.
std::string make_credit_code(std::string_view region, Random& random);

Company make_company(Random& random);

// The same controller begins again in another province.
Company make_successor(const Company& closed, Random& random);

// A region drawn as companies' seats are drawn.
std::string draw_region(Random& random);

}  // namespace tocsin::simulator
