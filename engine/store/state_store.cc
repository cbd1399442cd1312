#include "engine/store/state_store.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "engine/store/lmdb_env.h"
#include "engine/store/state_format.h"

namespace tocsin {
namespace {

enum Db : unsigned {
  kMeta,
  kKeys0,
  kDue0,
  kLog,
  kOpen,
  kRejects,
  kSources,
  kCursors,
  kKeys1,
  kDue1,
  kCold0,
  kCold1
};
const std::vector<const char*> kNames = {"meta",    "keys",    "due",    "log",   "open", "rejects",
                                         "sources", "cursors", "keys_1", "due_1", "cold", "cold_1"};
constexpr std::string_view kMetaKey = "meta";
constexpr std::string_view kPolicyKey = "policy";

struct KeySet {
  Db keys;
  Db due;
  Db cold;
};
constexpr KeySet kKeySets[] = {{kKeys0, kDue0, kCold0}, {kKeys1, kDue1, kCold1}};

constexpr size_t kMessageOverheadBytes = 128;  // of a Message beside its line, for read_log's limit

// Sorted, so that neighbours land on one page: three times as fast as in any order.
std::vector<const KeyRecord*> sorted(const std::vector<KeyRecord>& keys) {
  std::vector<const KeyRecord*> order;
  order.reserve(keys.size());
  for (const KeyRecord& key : keys) order.push_back(&key);
  std::stable_sort(order.begin(), order.end(), [](const KeyRecord* a, const KeyRecord* b) {
    return std::pair(a->domain, std::string_view(a->key)) <
           std::pair(b->domain, std::string_view(b->key));
  });
  return order;
}

void clear(LmdbWriteTxn& txn, const KeySet& set) {
  txn.clear(set.keys);
  txn.clear(set.due);
  txn.clear(set.cold);
}

void write_cold(LmdbWriteTxn& txn, Db db, const std::string& key, const ColdChunks& cold) {
  for (uint64_t number = cold.erase_from; number < cold.begin; ++number) {
    txn.erase(db, state_format::chunk_key(key, number));
  }
  uint64_t number = cold.end - cold.chunks.size();
  for (const auto& chunk : cold.chunks) {
    txn.put(db, state_format::chunk_key(key, number++), *chunk);
  }
}

void read_cold(LmdbReadTxn& txn, Db db, std::string_view key, ColdChunks& cold) {
  for (uint64_t number = cold.begin; number < cold.end; ++number) {
    const auto chunk = txn.get(db, state_format::chunk_key(key, number));
    if (!chunk) return txn.fail_corrupt(db);
    cold.chunks.push_back(std::make_shared<const std::string>(*chunk));
  }
}

void write_key(LmdbWriteTxn& txn, const KeySet& set, const KeyRecord& record) {
  const std::string key = state_format::domain_key(record.domain, record.key);
  write_cold(txn, set.cold, key, record.cold);
  if (record.state.empty()) {
    txn.erase(set.keys, key);
    txn.erase(set.due, key);
    return;
  }
  txn.put(set.keys, key, state_format::write_key_state(record));
  if (record.due == INT64_MAX) {
    txn.erase(set.due, key);
  } else {
    txn.put(set.due, key, state_format::write_due(record));
  }
}

void write_rest(LmdbWriteTxn& txn, const Checkpoint& checkpoint) {
  using namespace state_format;
  for (const auto& message : checkpoint.log) {
    txn.append(kLog, number_key(message->seq), write_message(*message));
  }
  for (const auto& [id, message] : checkpoint.open_warnings) {
    if (message == nullptr) {
      txn.erase(kOpen, text_key(id));
    } else {
      txn.put(kOpen, text_key(id), write_message(*message));
    }
  }
  for (const Reject& reject : checkpoint.rejects) {
    txn.append(kRejects, number_key(reject.number), write_reject(reject));
  }
  for (const SourcePosition& position : checkpoint.sources) {
    txn.put(kSources, text_key(position.source), write_source(position));
  }
  for (const Acknowledgement& cursor : checkpoint.cursors) {
    txn.put(kCursors, text_key(cursor.subscriber), write_cursor(cursor));
  }
}

}  // namespace

class StateStore::Impl {
 public:
  explicit Impl(std::unique_ptr<LmdbEnv> env) : env_(std::move(env)) {}

  Status load_meta(const std::filesystem::path& dir);

  const LmdbEnv& env() const { return *env_; }
  const StoreMeta& meta() const { return meta_; }
  const KeySet& key_set() const { return kKeySets[key_set_]; }

  Status write(const Checkpoint& checkpoint);
  Status clear();
  Status use_spare_keys();

 private:
  void write_meta(LmdbWriteTxn& txn, const StoreMeta& meta) const;

  std::unique_ptr<LmdbEnv> env_;
  StoreMeta meta_;
  std::atomic<uint8_t> key_set_{0};  // worked with
};

Status StateStore::Impl::load_meta(const std::filesystem::path& dir) {
  std::optional<state_format::VersionedMeta> stored;
  Status read = env_->read([&](LmdbReadTxn& txn) {
    const auto value = txn.get(kMeta, kMetaKey);
    if (!value) return;
    stored = state_format::read_meta(*value);
    if (!stored) return txn.fail_corrupt(kMeta);
    if (const auto policy = txn.get(kMeta, kPolicyKey)) stored->meta.policy_text = *policy;
  });
  if (!read.ok() || !stored) return read;
  if (stored->version != state_format::kVersion) {
    return Error{
        .kind = ErrorKind::kCorrupt,
        .message = "cannot use state store " + dir.string() + ": it has format version " +
                   std::to_string(stored->version) + ", this program reads version " +
                   std::to_string(state_format::kVersion),
        .remedy = "use the tocsin that wrote it, or delete it: it is rebuilt from the journal"};
  }
  meta_ = std::move(stored->meta);
  key_set_ = meta_.key_set;
  return Done{};
}

void StateStore::Impl::write_meta(LmdbWriteTxn& txn, const StoreMeta& meta) const {
  txn.put(kMeta, kMetaKey, state_format::write_meta(meta));
  if (meta.policy_text != meta_.policy_text) txn.put(kMeta, kPolicyKey, meta.policy_text);
}

Status StateStore::Impl::write(const Checkpoint& checkpoint) {
  const std::vector<const KeyRecord*> keys = sorted(checkpoint.keys);
  StoreMeta meta = checkpoint.meta;
  meta.key_set = key_set_;
  Status written = env_->write([&](LmdbWriteTxn& txn) {
    for (const KeyRecord* record : keys) write_key(txn, key_set(), *record);
    if (checkpoint.keys_alone) return;
    write_rest(txn, checkpoint);
    write_meta(txn, meta);
    if (meta.key_set == meta_.key_set) return;
    tocsin::clear(txn, kKeySets[meta_.key_set]);
  });
  if (written && !checkpoint.keys_alone) meta_ = std::move(meta);
  return written;
}

Status StateStore::Impl::clear() {
  const StoreMeta empty;
  Status written = env_->write([&](LmdbWriteTxn& txn) {
    for (unsigned db = 0; db < kNames.size(); ++db) txn.clear(db);
    txn.put(kMeta, kMetaKey, state_format::write_meta(empty));
  });
  if (!written) return written;
  meta_ = empty;
  key_set_ = empty.key_set;
  return written;
}

Status StateStore::Impl::use_spare_keys() {
  const uint8_t spare = 1 - meta_.key_set;
  Status written = env_->write([&](LmdbWriteTxn& txn) { tocsin::clear(txn, kKeySets[spare]); });
  if (written) key_set_ = spare;
  return written;
}

StateStore::StateStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StateStore::~StateStore() = default;

Result<std::unique_ptr<StateStore>> StateStore::open(const std::filesystem::path& dir,
                                                     StateStoreOptions options) {
  auto env = LmdbEnv::open(
      dir, kNames,
      {.map_bytes_initial = options.map_bytes_initial, .map_bytes_max = options.map_bytes_max});
  if (!env) return env.error();
  auto impl = std::make_unique<Impl>(std::move(*env));
  if (Status loaded = impl->load_meta(dir); !loaded) return loaded.error();
  return std::unique_ptr<StateStore>(new StateStore(std::move(impl)));
}

const StoreMeta& StateStore::meta() const { return impl_->meta(); }

Status StateStore::write(const Checkpoint& checkpoint) { return impl_->write(checkpoint); }
Status StateStore::clear() { return impl_->clear(); }
Status StateStore::use_spare_keys() { return impl_->use_spare_keys(); }

Result<std::optional<KeyRecord>> StateStore::key_state(uint32_t domain,
                                                       std::string_view key) const {
  std::optional<KeyRecord> state;
  const std::string stored_key = state_format::domain_key(domain, key);
  const KeySet& set = impl_->key_set();
  Status read = impl_->env().read([&](LmdbReadTxn& txn) {
    const auto value = txn.get(set.keys, stored_key);
    if (!value) return;
    auto record = state_format::read_key_state(stored_key, *value);
    if (!record) return txn.fail_corrupt(set.keys);
    if (record->key != key) return;
    read_cold(txn, set.cold, stored_key, record->cold);
    state = std::move(*record);
  });
  if (!read) return read.error();
  return state;
}

Result<std::vector<std::shared_ptr<const std::string>>> StateStore::cold_chunks(
    uint32_t domain, std::string_view key, uint64_t begin, uint64_t end) const {
  ColdChunks cold{.begin = begin, .end = end, .chunks = {}};
  Status read = impl_->env().read([&](LmdbReadTxn& txn) {
    read_cold(txn, impl_->key_set().cold, state_format::domain_key(domain, key), cold);
  });
  if (!read) return read.error();
  return std::move(cold.chunks);
}

Status StateStore::for_each_key(const std::function<void(KeyRecord&&)>& visit) const {
  const KeySet& set = impl_->key_set();
  return impl_->env().read([&](LmdbReadTxn& txn) {
    txn.scan(set.keys, "", [&](std::string_view key, std::string_view value) {
      auto record = state_format::read_key_state(key, value);
      if (!record) {
        txn.fail_corrupt(set.keys);
        return false;
      }
      read_cold(txn, set.cold, key, record->cold);
      const bool whole = record->cold.chunks.size() == record->cold.end - record->cold.begin;
      if (whole) visit(std::move(*record));
      return whole;
    });
  });
}

Status StateStore::for_each_due(
    const std::function<void(uint32_t domain, std::string_view key, int64_t due)>& visit) const {
  const Db db = impl_->key_set().due;
  return impl_->env().read([&](LmdbReadTxn& txn) {
    txn.scan(db, "", [&](std::string_view key, std::string_view value) {
      const auto due = state_format::read_due(key, value);
      due ? visit(due->domain, due->key, due->due) : txn.fail_corrupt(db);
      return due.has_value();
    });
  });
}

Result<Messages> StateStore::read_log(uint64_t after_seq, size_t bytes_max) const {
  Messages messages;
  if (after_seq == UINT64_MAX) return messages;
  size_t bytes = 0;
  Status read = impl_->env().read([&](LmdbReadTxn& txn) {
    txn.scan(kLog, state_format::number_key(after_seq + 1),
             [&](std::string_view, std::string_view value) {
               auto message = state_format::read_message(value);
               if (!message) {
                 txn.fail_corrupt(kLog);
                 return false;
               }
               bytes += message->json.size() + kMessageOverheadBytes;
               messages.push_back(std::make_shared<const Message>(std::move(*message)));
               return bytes < bytes_max;
             });
  });
  if (!read) return read.error();
  return messages;
}

Result<uint64_t> StateStore::first_logged() const {
  uint64_t first = 0;
  Status read = impl_->env().read([&](LmdbReadTxn& txn) {
    txn.scan(kLog, "", [&](std::string_view key, std::string_view) {
      first = state_format::number_of(key);
      return false;
    });
  });
  if (!read) return read.error();
  return first;
}

Status StateStore::for_each_open(
    const std::function<void(std::shared_ptr<const Message>)>& visit) const {
  return impl_->env().read([&](LmdbReadTxn& txn) {
    txn.scan(kOpen, "", [&](std::string_view, std::string_view value) {
      auto message = state_format::read_message(value);
      message ? visit(std::make_shared<const Message>(std::move(*message)))
              : txn.fail_corrupt(kOpen);
      return message.has_value();
    });
  });
}

Result<std::vector<Reject>> StateStore::read_rejects(uint64_t after_number,
                                                     size_t count_max) const {
  std::vector<Reject> rejects;
  if (after_number == UINT64_MAX || count_max == 0) return rejects;
  Status read = impl_->env().read([&](LmdbReadTxn& txn) {
    txn.scan(kRejects, state_format::number_key(after_number + 1),
             [&](std::string_view, std::string_view value) {
               auto reject = state_format::read_reject(value);
               reject ? rejects.push_back(std::move(*reject)) : txn.fail_corrupt(kRejects);
               return reject.has_value() && rejects.size() < count_max;
             });
  });
  if (!read) return read.error();
  return rejects;
}

Result<std::optional<SourcePosition>> StateStore::source(const std::string& name) const {
  std::optional<SourcePosition> position;
  Status read = impl_->env().read([&](LmdbReadTxn& txn) {
    const auto value = txn.get(kSources, state_format::text_key(name));
    if (!value) return;
    position = state_format::read_source(*value);
    if (!position || position->source != name) txn.fail_corrupt(kSources);
  });
  if (!read) return read.error();
  return position;
}

Result<std::optional<uint64_t>> StateStore::cursor(const std::string& name) const {
  std::optional<uint64_t> seq;
  Status read = impl_->env().read([&](LmdbReadTxn& txn) {
    const auto value = txn.get(kCursors, state_format::text_key(name));
    if (!value) return;
    const auto cursor = state_format::read_cursor(*value);
    if (!cursor || cursor->subscriber != name) return txn.fail_corrupt(kCursors);
    seq = cursor->seq;
  });
  if (!read) return read.error();
  return seq;
}

}  // namespace tocsin
