// LMDB with what tocsin needs around it: a map that grows, checksums on values, errors that name
// the directory.
//
// Databases are numbered by their place in the list of names given to open(). Every value is stored
// with a checksum over (database, key, value), because LMDB itself would hand out a damaged page
// without a word. A transaction that failed does nothing more: its operations return at once and
// its end reports the first error.
#pragma once

#include <lmdb.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/result.h"

namespace tocsin {

inline constexpr size_t kLmdbKeyBytesMax = 511;  // compiled into LMDB

class LmdbEnv;

class LmdbReadTxn {
 public:
  // nullopt: no such key, or trouble. The view is valid within the transaction.
  std::optional<std::string_view> get(unsigned db, std::string_view key);
  // Entries with key >= from, ascending, until `visit` returns false.
  void scan(unsigned db, std::string_view from,
            const std::function<bool(std::string_view key, std::string_view value)>& visit);
  // For values that are whole but cannot be understood.
  void fail_corrupt(unsigned db);

 private:
  friend class LmdbEnv;
  explicit LmdbReadTxn(const LmdbEnv& env) : env_(env) {}
  std::optional<std::string_view> unseal(unsigned db, std::string_view key, const MDB_val& sealed);
  void fail(int code);

  const LmdbEnv& env_;
  MDB_txn* txn_ = nullptr;
  std::optional<Error> failure_;
};

class LmdbWriteTxn {
 public:
  void put(unsigned db, std::string_view key, std::string_view value);
  // Cheaper when the key comes after all others of the database; right in any case.
  void append(unsigned db, std::string_view key, std::string_view value);
  void erase(unsigned db, std::string_view key);  // a key that is not there is fine
  void clear(unsigned db);

 private:
  friend class LmdbEnv;
  explicit LmdbWriteTxn(const LmdbEnv& env) : env_(env) {}
  int put_sealed(unsigned db, std::string_view key, std::string_view value, unsigned flags);

  const LmdbEnv& env_;
  MDB_txn* txn_ = nullptr;
  int code_ = MDB_SUCCESS;  // of the first failure
};

class LmdbEnv {
 public:
  struct Options {
    size_t map_bytes_initial = 0;
    size_t map_bytes_max = 0;
  };

  static Result<std::unique_ptr<LmdbEnv>> open(const std::filesystem::path& dir,
                                               const std::vector<const char*>& databases,
                                               Options options);
  ~LmdbEnv();
  LmdbEnv(const LmdbEnv&) = delete;
  LmdbEnv& operator=(const LmdbEnv&) = delete;

  // Safe from any thread; consistent within one call.
  Status read(const std::function<void(LmdbReadTxn&)>& body) const;
  // Commits to disk. `body` may run again, after the map has grown. One thread at a time.
  Status write(const std::function<void(LmdbWriteTxn&)>& body);

  size_t map_bytes() const;

 private:
  friend class LmdbReadTxn;
  friend class LmdbWriteTxn;
  LmdbEnv(std::filesystem::path dir, Options options) : dir_(std::move(dir)), options_(options) {}

  int open_environment();
  Status open_databases(const std::vector<const char*>& names);
  Status fill_up_data_file() const;
  int write_once(const std::function<void(LmdbWriteTxn&)>& body);
  Status grow();
  Error error(std::string_view verb, int code) const;

  const std::filesystem::path dir_;
  const Options options_;
  MDB_env* env_ = nullptr;
  std::vector<MDB_dbi> databases_;
  std::optional<Error> write_failure_;

  // Reads hold the map shared; growth needs it alone, since LMDB moves it. A grower closes the gate
  // first, or a steady stream of readers would keep it waiting for ever.
  mutable std::mutex gate_;
  mutable std::shared_mutex map_mutex_;
  bool map_lost_ =
      false;  // guarded by map_mutex_: growing failed half way, nothing can be read any more
};

}  // namespace tocsin
