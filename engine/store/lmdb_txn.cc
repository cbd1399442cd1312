#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cassert>
#include <cstring>
#include <string>

#include "engine/store/lmdb_env.h"

namespace tocsin {
namespace {

constexpr size_t kSealBytes = 8;

MDB_val to_val(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }

std::string_view to_view(const MDB_val& val) {
  return {static_cast<const char*>(val.mv_data), val.mv_size};
}

// Ties the value to its place, so that a value under another key is found too. Little-endian, as
// all that is stored.
void write_seal(unsigned db, std::string_view key, std::string_view value, char* to) {
  const uint64_t seal = XXH3_64bits_withSeed(value.data(), value.size(),
                                             XXH3_64bits_withSeed(key.data(), key.size(), db));
  for (size_t i = 0; i < kSealBytes; ++i) to[i] = static_cast<char>(seal >> (8 * i));
}

}  // namespace

void LmdbReadTxn::fail(int code) {
  if (!failure_) failure_ = env_.error("read", code);
}

void LmdbReadTxn::fail_corrupt(unsigned db) {
  fail(MDB_CORRUPTED);
  failure_->message += " (database " + std::to_string(db) + ")";
}

std::optional<std::string_view> LmdbReadTxn::unseal(unsigned db, std::string_view key,
                                                    const MDB_val& sealed) {
  const std::string_view bytes = to_view(sealed);
  if (bytes.size() >= kSealBytes) {
    const std::string_view value = bytes.substr(kSealBytes);
    char seal[kSealBytes];
    write_seal(db, key, value, seal);
    if (std::memcmp(seal, bytes.data(), kSealBytes) == 0) return value;
  }
  fail_corrupt(db);
  return std::nullopt;
}

std::optional<std::string_view> LmdbReadTxn::get(unsigned db, std::string_view key) {
  if (failure_) return std::nullopt;
  MDB_val key_val = to_val(key);
  MDB_val value{};
  const int code = mdb_get(txn_, env_.databases_[db], &key_val, &value);
  if (code == MDB_SUCCESS) return unseal(db, key, value);
  if (code != MDB_NOTFOUND) fail(code);
  return std::nullopt;
}

void LmdbReadTxn::scan(
    unsigned db, std::string_view from,
    const std::function<bool(std::string_view key, std::string_view value)>& visit) {
  if (failure_) return;
  MDB_cursor* cursor = nullptr;
  int code = mdb_cursor_open(txn_, env_.databases_[db], &cursor);
  if (code != MDB_SUCCESS) return fail(code);
  MDB_val key = to_val(from);
  MDB_val sealed{};
  code = mdb_cursor_get(cursor, &key, &sealed, from.empty() ? MDB_FIRST : MDB_SET_RANGE);
  while (code == MDB_SUCCESS) {
    const auto value = unseal(db, to_view(key), sealed);
    if (!value || !visit(to_view(key), *value) || failure_) break;
    code = mdb_cursor_get(cursor, &key, &sealed, MDB_NEXT);
  }
  mdb_cursor_close(cursor);
  if (code != MDB_SUCCESS && code != MDB_NOTFOUND) fail(code);
}

int LmdbWriteTxn::put_sealed(unsigned db, std::string_view key, std::string_view value,
                             unsigned flags) {
  assert(!key.empty() && key.size() <= kLmdbKeyBytesMax);
  MDB_val key_val = to_val(key);
  MDB_val sealed{kSealBytes + value.size(), nullptr};
  const int code = mdb_put(txn_, env_.databases_[db], &key_val, &sealed, flags | MDB_RESERVE);
  if (code != MDB_SUCCESS) return code;
  char* const to = static_cast<char*>(sealed.mv_data);
  write_seal(db, key, value, to);
  if (!value.empty()) std::memcpy(to + kSealBytes, value.data(), value.size());
  return MDB_SUCCESS;
}

void LmdbWriteTxn::put(unsigned db, std::string_view key, std::string_view value) {
  if (code_ == MDB_SUCCESS) code_ = put_sealed(db, key, value, 0);
}

void LmdbWriteTxn::append(unsigned db, std::string_view key, std::string_view value) {
  if (code_ != MDB_SUCCESS) return;
  code_ = put_sealed(db, key, value, MDB_APPEND);
  if (code_ == MDB_KEYEXIST) code_ = put_sealed(db, key, value, 0);
}

void LmdbWriteTxn::erase(unsigned db, std::string_view key) {
  if (code_ != MDB_SUCCESS) return;
  MDB_val key_val = to_val(key);
  code_ = mdb_del(txn_, env_.databases_[db], &key_val, nullptr);
  if (code_ == MDB_NOTFOUND) code_ = MDB_SUCCESS;
}

void LmdbWriteTxn::clear(unsigned db) {
  if (code_ == MDB_SUCCESS) code_ = mdb_drop(txn_, env_.databases_[db], 0);
}

}  // namespace tocsin
