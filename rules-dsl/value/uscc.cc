#include "rules-dsl/value/uscc.h"

#include <cstddef>

namespace tocsin {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr size_t kModulus = 31;  // the alphabet's size
constexpr size_t kLength = 18;
static_assert(kAlphabet.size() == kModulus);

}  // namespace

// Character i weighs 3^i modulo 31; with the check character, which weighs 1, the sum is a multiple
// of 31.
bool is_uscc(std::string_view code) {
  if (code.size() != kLength) return false;
  size_t sum = 0;
  size_t weight = 1;
  for (size_t i = 0; i < kLength; ++i) {
    const size_t value = kAlphabet.find(code[i]);
    if (value == std::string_view::npos) return false;
    sum += value * (i + 1 < kLength ? weight : 1);
    weight = weight * 3 % kModulus;
  }
  return sum % kModulus == 0;
}

}  // namespace tocsin
