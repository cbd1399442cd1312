// Fair draws that anybody can repeat: whether a subject is drawn follows from a hash alone.
//
// The hash is the first 8 bytes, as a big-endian number, of SHA-256 over three texts, each with its
// length in bytes before it: seed, the first day of the period, subject. In a shell:
//   printf %s '4:seed10:2026-11-011:A' | sha256sum
// The subject is drawn when hash / 2^64 < rate.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin {

inline constexpr int64_t kWholeRate = 1'000'000;  // 100 %

uint64_t draw_hash(std::string_view seed, std::string_view period, std::string_view subject);
// `rate` in millionths.
bool is_drawn(uint64_t hash, int64_t rate);
std::string hash_text(uint64_t hash);  // 16 hex digits
std::string rate_text(int64_t rate);   // 5%, 0.5%

}  // namespace tocsin
