#include "engine/record/pseudonyms.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>

namespace tocsin {
namespace {

constexpr std::string_view kPrefix = "p:";
constexpr size_t kDigits = 32;
constexpr size_t kCheckDigits = 8;
constexpr size_t kBlockBytes = 64;  // of SHA-256
constexpr std::string_view kFingerprintComment = "// private key ";
constexpr size_t kFingerprintDigits = 16;

using Digest = std::array<unsigned char, 32>;

// OpenSSL fails here only when memory is gone or the library is broken: nothing may go on then, as
// it would keep values that must not be kept.
void require(bool done) {
  if (!done) std::abort();
}

std::string hex(const unsigned char* bytes, size_t digits) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text(digits, '0');
  for (size_t i = 0; i < digits; ++i) {
    text[i] = kHex[i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15];
  }
  return text;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

// Named, as Pseudonyms::Keys is built of it.
namespace keyed {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

inline Context new_context() {
  Context context(EVP_MD_CTX_new());
  require(context != nullptr);
  return context;
}

// HMAC-SHA-256 (RFC 2104) under one key. The two states behind the padded key are kept and copied,
// which saves half of the hashing of a short text.
class Hmac {
 public:
  explicit Hmac(const unsigned char* key, size_t bytes)
      : inner_(begin(key, bytes, 0x36)), outer_(begin(key, bytes, 0x5c)) {}

  Digest of(std::string_view text) const {
    const Digest inside = finish(inner_, text.data(), text.size());
    return finish(outer_, inside.data(), inside.size());
  }

 private:
  // Requires: bytes <= kBlockBytes.
  static Context begin(const unsigned char* key, size_t bytes, unsigned char pad) {
    std::array<unsigned char, kBlockBytes> block;
    block.fill(pad);
    for (size_t i = 0; i < bytes; ++i) block[i] ^= key[i];
    Context context = new_context();
    require(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1 &&
            EVP_DigestUpdate(context.get(), block.data(), block.size()) == 1);
    return context;
  }

  static Digest finish(const Context& begun, const void* bytes, size_t count) {
    thread_local const Context scratch = new_context();
    Digest digest;
    require(EVP_MD_CTX_copy_ex(scratch.get(), begun.get()) == 1 &&
            EVP_DigestUpdate(scratch.get(), bytes, count) == 1 &&
            EVP_DigestFinal_ex(scratch.get(), digest.data(), nullptr) == 1);
    return digest;
  }

  Context inner_;
  Context outer_;
};

}  // namespace keyed

namespace {

Digest derived(const Pseudonyms::Secret& secret, std::string_view purpose) {
  return keyed::Hmac(secret.data(), secret.size()).of(purpose);
}

}  // namespace

struct Pseudonyms::Keys {
  explicit Keys(const Secret& secret)
      : value(derived(secret, "tocsin: pseudonyms").data(), Digest().size()),
        check(derived(secret, "tocsin: check digits").data(), Digest().size()) {}

  keyed::Hmac value;
  keyed::Hmac check;
};

std::optional<Pseudonyms::Secret> Pseudonyms::random_secret() {
  Secret secret;
  if (RAND_priv_bytes(secret.data(), static_cast<int>(secret.size())) != 1) return std::nullopt;
  return secret;
}

std::string Pseudonyms::write_secret(const Secret& secret) {
  return hex(secret.data(), 2 * secret.size());
}

std::optional<Pseudonyms::Secret> Pseudonyms::read_secret(std::string_view text) {
  Secret secret{};
  if (text.size() != 2 * secret.size()) return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i) {
    const int digit = digit_of(text[i]);
    if (digit < 0) return std::nullopt;
    secret[i / 2] = static_cast<unsigned char>(secret[i / 2] << 4 | digit);
  }
  return secret;
}

Pseudonyms::Pseudonyms(const Secret& secret)
    : keys_(std::make_unique<Keys>(secret)),
      fingerprint_(hex(derived(secret, "tocsin: fingerprint").data(), kFingerprintDigits)) {}

Pseudonyms::~Pseudonyms() = default;

std::string Pseudonyms::of(std::string_view value) const {
  if (is_own(value)) return std::string(value);
  const std::string digits = hex(keys_->value.of(value).data(), kDigits);
  std::string pseudonym(kPrefix);
  pseudonym += digits;
  return pseudonym + hex(keys_->check.of(digits).data(), kCheckDigits);
}

bool Pseudonyms::is_own(std::string_view text) const {
  if (text.size() != kPrefix.size() + kDigits + kCheckDigits || !text.starts_with(kPrefix)) {
    return false;
  }
  const std::string_view digits = text.substr(kPrefix.size(), kDigits);
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return digit_of(c) >= 0; })) {
    return false;
  }
  return text.substr(kPrefix.size() + kDigits) == hex(keys_->check.of(digits).data(), kCheckDigits);
}

std::string with_fingerprint(std::string policy_text, std::string_view fingerprint) {
  if (fingerprint.empty()) return policy_text;
  policy_text += kFingerprintComment;
  policy_text += fingerprint;
  return policy_text += '\n';
}

std::string_view fingerprint_in(std::string_view policy_text) {
  if (!policy_text.ends_with('\n')) return {};
  const std::string_view body = policy_text.substr(0, policy_text.size() - 1);
  const std::string_view line = body.substr(body.rfind('\n') + 1);  // npos + 1: the whole of it
  if (!line.starts_with(kFingerprintComment)) return {};
  const std::string_view fingerprint = line.substr(kFingerprintComment.size());
  return fingerprint.size() == kFingerprintDigits ? fingerprint : std::string_view();
}

}  // namespace tocsin
