#include "rules-dsl/value/draw.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "rules-dsl/value/value.h"

namespace tocsin {

uint64_t draw_hash(std::string_view seed, std::string_view period, std::string_view subject) {
  std::string text;
  for (std::string_view part : {seed, period, subject}) {
    text += fmt::format("{}:", part.size());
    text += part;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned bytes = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &bytes, EVP_sha256(), nullptr);
  uint64_t hash = 0;
  for (size_t i = 0; i < sizeof hash; ++i) hash = hash << 8 | digest[i];
  return hash;
}

bool is_drawn(uint64_t hash, int64_t rate) {
  return Int128{hash} * kWholeRate < Int128{rate} << 64;
}

std::string hash_text(uint64_t hash) { return fmt::format("{:016x}", hash); }

std::string rate_text(int64_t rate) {
  constexpr int64_t kPercent = kWholeRate / 100;
  std::string text = fmt::format("{}.{:04}", rate / kPercent, rate % kPercent);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "%";
}

}  // namespace tocsin
