#include "engine/store/lmdb_env.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "engine/store/file_ops.h"

namespace tocsin {
namespace {

constexpr unsigned kReadersMax =
    1'024;  // read transactions at a time: threads of connections and queries
constexpr int kFileMode = 0640;
constexpr unsigned kMetaPages = 2;  // with which LMDB begins a data file, in one write

// A data file whose first write was cut off (disk full, power cut) never held anything, yet LMDB
// would refuse it for ever.
Status remove_unborn(const std::filesystem::path& data_file) {
  std::error_code failed;
  const uintmax_t bytes = std::filesystem::file_size(data_file, failed);
  const auto born = kMetaPages * static_cast<uintmax_t>(::sysconf(_SC_PAGESIZE));
  if (failed || bytes >= born || std::filesystem::remove(data_file, failed)) return Done{};
  return file_error("remove", data_file, failed.value());
}

}  // namespace

namespace {

constexpr uintmax_t kPageBytes = 4096;

// LMDB says EIO when a write comes out short, which is what a full disk does to it first.
bool disk_is_full(const std::filesystem::path& dir) {
  std::error_code failed;
  const std::filesystem::space_info space = std::filesystem::space(dir, failed);
  return !failed && space.available < 16 * kPageBytes;
}

}  // namespace

Error LmdbEnv::error(std::string_view verb, int code) const {
  if (code == EIO && disk_is_full(dir_)) code = ENOSPC;
  if (code > 0) return file_error(std::string(verb) + " state store", dir_, code);
  Error error{.kind = ErrorKind::kEnvironment,
              .message = "cannot " + std::string(verb) + " state store " + dir_.string() + ": " +
                         mdb_strerror(code),
              .remedy = ""};
  switch (code) {
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
    case MDB_PANIC:
      error.kind = ErrorKind::kCorrupt;
      error.remedy = "stop tocsin and delete " + dir_.string() + ": it is rebuilt from the journal";
      break;
    case MDB_MAP_FULL:
      error.remedy = "it may not grow beyond " + std::to_string(options_.map_bytes_max) + " bytes";
      break;
    default:
      break;
  }
  return error;
}

Result<std::unique_ptr<LmdbEnv>> LmdbEnv::open(const std::filesystem::path& dir,
                                               const std::vector<const char*>& databases,
                                               Options options) {
  std::error_code failed;
  std::filesystem::create_directories(dir, failed);
  if (failed) return file_error("create", dir, failed.value());
  if (Status removed = remove_unborn(dir / "data.mdb"); !removed) return removed.error();
  std::unique_ptr<LmdbEnv> env(new LmdbEnv(dir, options));
  env->databases_.resize(databases.size());
  if (const int code = env->open_environment(); code != MDB_SUCCESS)
    return env->error("open", code);
  if (Status filled = env->fill_up_data_file(); !filled) return filled.error();
  if (Status opened = env->open_databases(databases); !opened) return opened.error();
  return env;
}

LmdbEnv::~LmdbEnv() {
  if (env_ != nullptr) mdb_env_close(env_);
}

int LmdbEnv::open_environment() {
  int code = mdb_env_create(&env_);
  if (code == MDB_SUCCESS) code = mdb_env_set_maxdbs(env_, static_cast<MDB_dbi>(databases_.size()));
  if (code == MDB_SUCCESS) code = mdb_env_set_maxreaders(env_, kReadersMax);
  if (code == MDB_SUCCESS) code = mdb_env_set_mapsize(env_, options_.map_bytes_initial);
  if (code == MDB_SUCCESS) code = mdb_env_open(env_, dir_.c_str(), MDB_NOTLS, kFileMode);
  return code;
}

// A data file that lost its end would kill the process when the map is read there. With zeros in
// its place LMDB sees pages that are none and says so. (A healthy file may be short as well: pages
// allocated and freed in one transaction are never written.)
Status LmdbEnv::fill_up_data_file() const {
  MDB_envinfo info{};
  MDB_stat stat{};
  int file = -1;
  struct stat status {};
  mdb_env_info(env_, &info);
  mdb_env_stat(env_, &stat);
  mdb_env_get_fd(env_, &file);
  const auto needed = static_cast<off_t>((info.me_last_pgno + 1) * stat.ms_psize);
  if (::fstat(file, &status) != 0) return error("open", errno);
  if (status.st_size < needed && ::ftruncate(file, needed) != 0) return error("open", errno);
  return Done{};
}

Status LmdbEnv::open_databases(const std::vector<const char*>& names) {
  return write([&](LmdbWriteTxn& txn) {
    for (size_t i = 0; i < names.size() && txn.code_ == MDB_SUCCESS; ++i) {
      txn.code_ = mdb_dbi_open(txn.txn_, names[i], MDB_CREATE, &databases_[i]);
    }
  });
}

Status LmdbEnv::read(const std::function<void(LmdbReadTxn&)>& body) const {
  std::unique_lock gate(gate_);
  const std::shared_lock map(map_mutex_);
  gate.unlock();
  if (map_lost_) return error("read", ENOMEM);
  LmdbReadTxn txn(*this);
  if (const int code = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn.txn_); code != MDB_SUCCESS) {
    return error("read", code);
  }
  body(txn);
  mdb_txn_abort(txn.txn_);
  if (txn.failure_) return *txn.failure_;
  return Done{};
}

Status LmdbEnv::write(const std::function<void(LmdbWriteTxn&)>& body) {
  if (write_failure_) return *write_failure_;
  int code = write_once(body);
  while (code == MDB_MAP_FULL) {
    if (Status grown = grow(); !grown) {
      write_failure_ = grown.error();
      return grown;
    }
    code = write_once(body);
  }
  if (code == MDB_SUCCESS) return Done{};
  write_failure_ = error("write", code);
  return *write_failure_;
}

int LmdbEnv::write_once(const std::function<void(LmdbWriteTxn&)>& body) {
  LmdbWriteTxn txn(*this);
  if (const int code = mdb_txn_begin(env_, nullptr, 0, &txn.txn_); code != MDB_SUCCESS) return code;
  body(txn);
  if (txn.code_ == MDB_SUCCESS) return mdb_txn_commit(txn.txn_);
  mdb_txn_abort(txn.txn_);
  return txn.code_;
}

size_t LmdbEnv::map_bytes() const {
  const std::shared_lock map(map_mutex_);
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  return info.me_mapsize;
}

Status LmdbEnv::grow() {
  const size_t bytes = map_bytes();
  if (bytes >= options_.map_bytes_max) return error("write", MDB_MAP_FULL);
  const std::scoped_lock gate(gate_);
  const std::scoped_lock map(map_mutex_);
  const int code = mdb_env_set_mapsize(env_, std::min(bytes * 2, options_.map_bytes_max));
  if (code == MDB_SUCCESS) return Done{};
  map_lost_ = true;
  return error("write", code);
}

}  // namespace tocsin
