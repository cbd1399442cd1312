// Keyed pseudonyms: what stands for a private value wherever it would be kept, told or sent.
//
// A pseudonym is `p:`, 32 hex digits and 8 check digits. The digits are HMAC-SHA-256 of the value,
// the check digits of the digits, each under a key of its own that is derived from the secret:
// equal values have equal pseudonyms, nobody without the secret can tell the value or make a
// pseudonym. A text that is a pseudonym of this secret stands for itself, so that a journal or an
// export can be read again. Immutable and safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

class Pseudonyms {
 public:
  static constexpr size_t kSecretBytes = 32;
  using Secret = std::array<unsigned char, kSecretBytes>;

  // Of the system's random numbers; none when it gives none.
  static std::optional<Secret> random_secret();
  // 64 hex digits, as a key file holds them.
  static std::string write_secret(const Secret& secret);
  static std::optional<Secret> read_secret(std::string_view text);

  explicit Pseudonyms(const Secret& secret);
  ~Pseudonyms();
  Pseudonyms(const Pseudonyms&) = delete;
  Pseudonyms& operator=(const Pseudonyms&) = delete;

  // Of a value, or of its pseudonym.
  std::string of(std::string_view value) const;
  bool is_own(std::string_view text) const;
  // Tells this secret from others and nothing about it: 16 hex digits.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  struct Keys;
  std::unique_ptr<const Keys> keys_;
  std::string fingerprint_;
};

// The fingerprint stands as a comment at the end of each policy's text in journal and state: who
// opens them with another secret must hear of it.
std::string with_fingerprint(std::string policy_text, std::string_view fingerprint);
// Empty: the text names none.
std::string_view fingerprint_in(std::string_view policy_text);

}  // namespace tocsin
