// Properties for RapidCheck, and what they share.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::testing {

// rc::check() with the number of cases that TOCSIN_CASES asks for, else `cases_by_default`.
template <class Testable>
void check_property(const std::string& description, const char* cases_by_default,
                    Testable testable) {
  const char* cases = std::getenv("TOCSIN_CASES");
  const char* given = std::getenv("RC_PARAMS");
  const std::string params = std::string(given == nullptr ? "" : given) +
                             " max_success=" + (cases == nullptr ? cases_by_default : cases);
  ::setenv("RC_PARAMS", params.c_str(), 1);
  EXPECT_TRUE(rc::check(description, testable));
}

// Any order; for use inside a property.
inline void shuffle(std::vector<std::string>& lines) {
  for (size_t i = lines.size(); i > 1; --i) {
    std::swap(lines[i - 1], lines[*rc::gen::inRange<size_t>(0, i)]);
  }
}

}  // namespace tocsin::testing
