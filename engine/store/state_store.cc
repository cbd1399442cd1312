#include "engine/store/state_store.h"

#include <algorithm>
#include <utility>

#include "engine/store/lmdb_env.h"
#include "engine/store/state_format.h"

namespace tocsin {
namespace {

enum Db : unsigned { kMeta, kKeys, kDue, kLog, kOpen, kRejects, kSources, kCursors };
const std::vector<const char*> kNames = {"meta", "keys",    "due",     "log",
                                         "open", "rejects", "sources", "cursors"};
constexpr std::string_view kMetaKey = "meta";

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

void write_key(LmdbWriteTxn& txn, const KeyRecord& record) {
  const std::string key = state_format::domain_key(record.domain, record.key);
  if (record.state.empty()) {
    txn.erase(kKeys, key);
    txn.erase(kDue, key);
    return;
  }
  txn.put(kKeys, key, state_format::write_key_state(record));
  if (record.due == INT64_MAX) {
    txn.erase(kDue, key);
  } else {
    txn.put(kDue, key, state_format::write_due(record));
  }
}

void write_everything(LmdbWriteTxn& txn, const Checkpoint& checkpoint,
                      const std::vector<const KeyRecord*>& keys) {
  using namespace state_format;
  for (const KeyRecord* record : keys) write_key(txn, *record);
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
  txn.put(kMeta, kMetaKey, write_meta(checkpoint.meta));
}

}  // namespace

class StateStore::Impl {
 public:
  explicit Impl(std::unique_ptr<LmdbEnv> env) : env_(std::move(env)) {}

  Status load_meta(const std::filesystem::path& dir);

  const LmdbEnv& env() const { return *env_; }
  const StoreMeta& meta() const { return meta_; }

  Status write(const std::function<void(LmdbWriteTxn&)>& body, const StoreMeta& meta) {
    Status written = env_->write(body);
    if (written.ok()) meta_ = meta;
    return written;
  }

 private:
  std::unique_ptr<LmdbEnv> env_;
  StoreMeta meta_;
};

Status StateStore::Impl::load_meta(const std::filesystem::path& dir) {
  std::optional<state_format::VersionedMeta> stored;
  Status read = env_->read([&](LmdbReadTxn& txn) {
    const auto value = txn.get(kMeta, kMetaKey);
    if (!value) return;
    stored = state_format::read_meta(*value);
    if (!stored) txn.fail_corrupt(kMeta);
  });
  if (!read.ok() || !stored) return read;
  if (stored->version > state_format::kVersion) {
    return Error{
        .kind = ErrorKind::kCorrupt,
        .message = "cannot use state store " + dir.string() + ": it has format version " +
                   std::to_string(stored->version) + ", this program reads up to " +
                   std::to_string(state_format::kVersion),
        .remedy =
            "use the newer tocsin that wrote it, or delete it: it is rebuilt from the journal"};
  }
  meta_ = std::move(stored->meta);
  return Done{};
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

Status StateStore::write(const Checkpoint& checkpoint) {
  const std::vector<const KeyRecord*> keys = sorted(checkpoint.keys);
  return impl_->write([&](LmdbWriteTxn& txn) { write_everything(txn, checkpoint, keys); },
                      checkpoint.meta);
}

Status StateStore::clear() {
  const StoreMeta empty;
  return impl_->write(
      [&](LmdbWriteTxn& txn) {
        for (unsigned db = 0; db < kNames.size(); ++db) txn.clear(db);
        txn.put(kMeta, kMetaKey, state_format::write_meta(empty));
      },
      empty);
}

Status StateStore::clear_keys() {
  StoreMeta detached = meta();
  detached.policy_hash.clear();
  return impl_->write(
      [&](LmdbWriteTxn& txn) {
        txn.clear(kKeys);
        txn.clear(kDue);
        txn.put(kMeta, kMetaKey, state_format::write_meta(detached));
      },
      detached);
}

Result<std::optional<std::string>> StateStore::key_state(uint32_t domain,
                                                         std::string_view key) const {
  std::optional<std::string> state;
  const std::string stored_key = state_format::domain_key(domain, key);
  Status read = impl_->env().read([&](LmdbReadTxn& txn) {
    const auto value = txn.get(kKeys, stored_key);
    if (!value) return;
    auto record = state_format::read_key_state(stored_key, *value);
    if (!record) return txn.fail_corrupt(kKeys);
    if (record->key == key) state = std::move(record->state);
  });
  if (!read) return read.error();
  return state;
}

Status StateStore::for_each_key(const std::function<void(KeyRecord&&)>& visit) const {
  return impl_->env().read([&](LmdbReadTxn& txn) {
    txn.scan(kKeys, "", [&](std::string_view key, std::string_view value) {
      auto record = state_format::read_key_state(key, value);
      record ? visit(std::move(*record)) : txn.fail_corrupt(kKeys);
      return record.has_value();
    });
  });
}

Status StateStore::for_each_due(
    const std::function<void(uint32_t domain, std::string_view key, int64_t due)>& visit) const {
  return impl_->env().read([&](LmdbReadTxn& txn) {
    txn.scan(kDue, "", [&](std::string_view key, std::string_view value) {
      const auto due = state_format::read_due(key, value);
      due ? visit(due->domain, due->key, due->due) : txn.fail_corrupt(kDue);
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
