// LMDB: a consistent checkpoint of the state at one journal entry. Losing it loses nothing.
//
// Sub-databases: keys (domain, key -> state), due (domain, key -> next change point), cold (domain,
// key, chunk number -> rows), log (seq -> message), open (warning id -> message), rejects, sources,
// cursors, meta. There are two sets of keys, due and cold: a policy is taken up in the spare one.
// The map grows by itself.
// Reads are safe from any thread (one read transaction per call); write() is called by one thread
// at a time and is one transaction. A `visit` must not call the store: growing the map waits for
// readers. One StateStore per directory and process. Failures of write() and clear() are sticky:
// every further one fails with the same error, reads go on as of before. Every value carries a
// checksum; one that does not match is ErrorKind::kCorrupt.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/record/batch.h"
#include "engine/result.h"

namespace tocsin {

// Where the checkpoint stands.
struct StoreMeta {
  uint64_t batch = 0;  // journal entry number; 0: nothing yet
  int64_t clock = INT64_MIN;
  uint64_t last_seq = 0;
  uint64_t last_reject = 0;
  uint8_t key_set = 0;  // the store's own matter: which of the two sets of keys counts
  std::string policy_hash;
  std::string policy_text;
};

// What a key no longer works with, in numbered chunks that are written once: those in [begin, end)
// are valid.
struct ColdChunks {
  uint64_t erase_from = 0;  // written: those in [erase_from, begin) are erased
  uint64_t begin = 0;
  uint64_t end = 0;
  // Written: the last ones, those that are new. Read: all of them.
  std::vector<std::shared_ptr<const std::string>> chunks;
};

struct KeyRecord {
  uint32_t domain = 0;
  std::string key;
  int64_t due = INT64_MAX;  // next change point without new records; INT64_MAX: none
  std::string state;        // serialised; empty: erase the key
  ColdChunks cold = {};
};

struct Checkpoint {
  // Keys of a policy that is being taken up, nothing else: the store stands where it stood.
  bool keys_alone = false;
  StoreMeta meta;
  std::vector<KeyRecord> keys;
  Messages log;  // new messages, ascending seq
  // id -> latest message; null: no longer open
  std::vector<std::pair<std::string, std::shared_ptr<const Message>>> open_warnings;
  std::vector<Reject> rejects;
  std::vector<SourcePosition> sources;
  std::vector<Acknowledgement> cursors;
};

struct StateStoreOptions {
  // Address space, not disk; doubled whenever it is full, up to the second.
  size_t map_bytes_initial = size_t{1} << 30;
  size_t map_bytes_max = size_t{1} << 44;
};

class StateStore {
 public:
  // A store of another format version, or one that LMDB calls corrupt, is refused with a remedy.
  static Result<std::unique_ptr<StateStore>> open(const std::filesystem::path& dir,
                                                  StateStoreOptions options = {});
  ~StateStore();

  // As of open(), then of the last write(); call from the writing thread or under the caller's
  // lock.
  const StoreMeta& meta() const;
  Status write(const Checkpoint& checkpoint);
  // Removes everything (policy change, rebuild) in one transaction.
  Status clear();
  // Empties the spare set of keys and works with it from now on (policy change). The next whole
  // checkpoint makes it the one that counts; until then the next start finds the other.
  Status use_spare_keys();

  Result<std::optional<KeyRecord>> key_state(uint32_t domain, std::string_view key) const;
  // Chunks [begin, end) of the key; one that is not there is an error.
  Result<std::vector<std::shared_ptr<const std::string>>> cold_chunks(uint32_t domain,
                                                                      std::string_view key,
                                                                      uint64_t begin,
                                                                      uint64_t end) const;
  Status for_each_key(const std::function<void(KeyRecord&&)>& visit) const;  // whole states
  Status for_each_due(
      const std::function<void(uint32_t domain, std::string_view key, int64_t due)>& visit) const;
  Result<Messages> read_log(uint64_t after_seq, size_t bytes_max) const;
  Result<uint64_t> first_logged() const;  // smallest seq held; 0 when none
  Status for_each_open(const std::function<void(std::shared_ptr<const Message>)>& visit) const;
  Result<std::vector<Reject>> read_rejects(uint64_t after_number, size_t count_max) const;
  Result<std::optional<SourcePosition>> source(const std::string& name) const;
  Result<std::optional<uint64_t>> cursor(const std::string& name) const;

 private:
  class Impl;
  explicit StateStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin
