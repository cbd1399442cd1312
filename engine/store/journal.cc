#include "engine/store/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <mutex>
#include <optional>
#include <system_error>
#include <vector>

#include "engine/store/file_ops.h"
#include "engine/store/journal_format.h"
#include "engine/store/segment_reader.h"

namespace tocsin {
namespace {

namespace fs = std::filesystem;
using journal_format::SegmentHeader;
using Step = SegmentReader::Step;

constexpr std::string_view kUnfinishedSuffix =
    ".tmp";  // of a segment whose header is not durable yet

Status create_directory(FileOps& files, const fs::path& dir) {
  std::error_code error;
  const bool created = fs::create_directories(dir, error);
  if (error) return file_error("create", dir, error.value());
  return created ? sync_directory(files, dir.parent_path()) : Status(Done{});
}

// The lock goes with the process, so a crash leaves none behind.
Result<FileHandle> take_lock(FileOps& files, const fs::path& dir) {
  auto file = open_file(files, dir / "lock", O_RDWR | O_CREAT);
  if (!file) return file;
  if (::flock(file->get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK) return file_error("lock", dir / "lock", errno);
  return Error{.kind = ErrorKind::kEnvironment,
               .message = "another tocsin is using " + dir.string(),
               .remedy = "stop it, or give this one another data directory"};
}

Status remove_unfinished(FileOps& files, const fs::path& dir) {
  std::error_code error;
  fs::directory_iterator item(dir, error);
  for (; !error && item != fs::directory_iterator(); item.increment(error)) {
    if (item->path().extension() != kUnfinishedSuffix) continue;
    if (const int result = files.remove(item->path()); result < 0) {
      return file_error("remove", item->path(), -result);
    }
  }
  if (error) return file_error("list", dir, error.value());
  return Done{};
}

// Decodes the entries after a number and hands them out until told to stop.
struct EntryVisitor {
  const uint64_t after;
  const std::function<bool(JournalEntry&&)>& visit;
  bool stopped = false;
  journal_format::EntryDecoder decoder{};

  Status walk(SegmentReader& reader) {
    while (!stopped) {
      auto step = reader.next();
      if (!step) return step.error();
      if (*step == Step::kBad) return corrupt_error(reader.path(), reader.bad());
      if (*step == Step::kEnd) break;
      if (reader.block().number <= after) continue;
      auto entry = decoder.decode(reader.block(), reader.payload());
      if (!entry) {
        return corrupt_error(reader.path(), {reader.good_end() - reader.block().block_bytes(),
                                             "its hash is right but the entry cannot be read"});
      }
      stopped = !visit(std::move(*entry));
    }
    return Done{};
  }
};

}  // namespace

class Journal::Impl {
 public:
  Impl(fs::path dir, JournalOptions options, FileHandle lock)
      : dir_(std::move(dir)),
        options_(options),
        files_(options.files != nullptr ? *options.files : FileOps::posix()),
        lock_(std::move(lock)),
        encoder_(options.compression_level) {}

  Status recover();
  Status append(const JournalEntry& entry);
  Status read(uint64_t after, const std::function<bool(JournalEntry&&)>& visit) const;
  Result<Dropped> drop_old(const JournalKeep& keep, int64_t now, uint64_t covered);

  uint64_t first_number() const { return segments().front().first_number; }
  uint64_t last_number() const;
  Hash last_hash() const;
  uint64_t bytes() const;
  const std::string& recovery_note() const { return recovery_note_; }

 private:
  std::vector<SegmentFile> segments() const;
  SegmentFile last_segment() const;
  Status recover_last_segment(uint64_t at_least);
  Error lost_entries(uint64_t held, uint64_t written) const;
  Status create_segment();
  Status write_block(std::string_view block);

  const fs::path dir_;
  const JournalOptions options_;
  FileOps& files_;
  FileHandle lock_;
  journal_format::BlockEncoder encoder_;
  FileHandle current_;  // the last segment
  std::optional<Error> failure_;
  std::string recovery_note_;

  // Guards what follows: the writer and drop_old() change it, everybody copies it.
  mutable std::mutex mutex_;
  std::vector<SegmentFile> segments_;
  uint64_t last_number_ = 0;
  Hash last_hash_{};
};

Status Journal::Impl::recover() {
  if (Status removed = remove_unfinished(files_, dir_); !removed) return removed;
  auto segments = list_segments(files_, dir_);
  if (!segments) return segments.error();
  segments_ = std::move(*segments);
  uint64_t at_least = 0;
  if (options_.entries_at_least) {
    const auto known = options_.entries_at_least();
    if (!known) return known.error();
    at_least = known.value();
  }
  if (segments_.empty()) {
    if (at_least > 0) return lost_entries(0, at_least);
    return create_segment();
  }
  if (Status recovered = recover_last_segment(at_least); !recovered) return recovered;
  // A crash may have come between a segment's rename and the sync of its name.
  return sync_directory(files_, dir_);
}

Error Journal::Impl::lost_entries(uint64_t held, uint64_t written) const {
  return {.kind = ErrorKind::kCorrupt,
          .message = fmt::format("the journal in {} ends after entry {}, but entry {} was written",
                                 dir_.string(), held, written),
          .remedy =
              "restore the journal from a backup; or delete the state folder beside it to go on "
              "without what is lost"};
}

Status Journal::Impl::recover_last_segment(uint64_t at_least) {
  SegmentFile& last = segments_.back();
  auto reader = SegmentReader::open(files_, last);
  if (!reader) return reader.error();
  auto step = reader->next();
  while (step.ok() && *step == Step::kBlock) step = reader->next();
  if (!step) return step.error();
  if (*step == Step::kBad && !reader->bad().may_be_torn)
    return corrupt_error(last.path, reader->bad());

  if (reader->next_number() <= at_least) {
    if (*step == Step::kBad) return corrupt_error(last.path, reader->bad());
    return lost_entries(reader->next_number() - 1, at_least);
  }

  auto file = open_file(files_, last.path, O_RDWR);
  if (!file) return file.error();
  if (*step == Step::kBad) {
    recovery_note_ =
        fmt::format("cut {} bytes of an unfinished block after entry {} at byte {} of {}: {}",
                    last.bytes - reader->good_end(), reader->next_number() - 1, reader->good_end(),
                    last.path.string(), reader->bad().reason);
    if (const int result = files_.truncate(file->get(), reader->good_end()); result < 0) {
      return file_error("cut the unfinished end of", last.path, -result);
    }
  }
  // Also without a torn tail: a process killed between write and sync leaves a whole block that is
  // not yet on disk, and from now on it counts.
  if (const int result = files_.sync_data(file->get()); result < 0) {
    return file_error("sync", last.path, -result);
  }
  last.bytes = reader->good_end();
  last_number_ = reader->next_number() - 1;
  last_hash_ = reader->hash();
  current_ = std::move(*file);
  return Done{};
}

// Gives the segment its name only once its header is on disk: there is never a segment without one.
Status Journal::Impl::create_segment() {
  SegmentHeader header{.index = segments_.empty() ? 1 : last_segment().index + 1,
                       .first_number = last_number_ + 1,
                       .hash_before = last_hash_};
  const fs::path path = segment_path(dir_, header.index);
  const fs::path unfinished = path.string() + std::string(kUnfinishedSuffix);
  auto file = open_file(files_, unfinished, O_RDWR | O_CREAT | O_TRUNC);
  if (!file) return file.error();
  const std::string bytes = journal_format::encode_segment_header(header);
  if (Status written = write_fully(files_, file->get(), unfinished, bytes, 0); !written)
    return written;
  if (const int result = files_.sync_all(file->get()); result < 0) {
    return file_error("sync", unfinished, -result);
  }
  if (const int result = files_.rename(unfinished, path); result < 0) {
    return file_error("rename", unfinished, -result);
  }
  if (Status synced = sync_directory(files_, dir_); !synced) return synced;

  current_ = std::move(*file);
  const std::scoped_lock lock(mutex_);
  segments_.push_back({.index = header.index,
                       .first_number = header.first_number,
                       .bytes = bytes.size(),
                       .path = path});
  return Done{};
}

Status Journal::Impl::append(const JournalEntry& entry) {
  if (failure_) return *failure_;
  if (entry.number != last_number_ + 1) {
    return Error{.kind = ErrorKind::kInput,
                 .message = fmt::format("journal entry {} does not follow entry {}", entry.number,
                                        last_number_),
                 .remedy = "this is a defect of tocsin: please report it"};
  }
  auto block = encoder_.encode(entry, last_hash_);
  if (!block) return block.error();

  const uint64_t bytes = last_segment().bytes;
  const bool has_blocks = bytes > journal_format::kSegmentHeaderBytes;
  if (has_blocks && bytes + block->size() > options_.segment_bytes_max) {
    if (Status created = create_segment(); !created) {
      failure_ = created.error();
      return created;
    }
  }
  if (Status written = write_block(*block); !written) {
    failure_ = written.error();
    return written;
  }
  const std::scoped_lock lock(mutex_);
  segments_.back().bytes += block->size();
  last_number_ = entry.number;
  last_hash_ = encoder_.hash();
  return Done{};
}

Status Journal::Impl::write_block(std::string_view block) {
  const SegmentFile segment = last_segment();
  Status written = write_fully(files_, current_.get(), segment.path, block, segment.bytes);
  if (written.ok()) {
    const int result = files_.sync_data(current_.get());
    if (result == 0) return written;
    written = file_error("sync", segment.path, -result);
  }
  // The entry was not acknowledged and what is on disk of it is unknown: take it back if that is
  // possible. If not, the next start cuts it or, should it be whole after all, keeps it; records
  // are never applied twice.
  if (files_.truncate(current_.get(), segment.bytes) == 0) files_.sync_data(current_.get());
  return written;
}

uint64_t Journal::Impl::last_number() const {
  const std::scoped_lock lock(mutex_);
  return last_number_;
}

Hash Journal::Impl::last_hash() const {
  const std::scoped_lock lock(mutex_);
  return last_hash_;
}

std::vector<SegmentFile> Journal::Impl::segments() const {
  const std::scoped_lock lock(mutex_);
  return segments_;
}

SegmentFile Journal::Impl::last_segment() const {
  const std::scoped_lock lock(mutex_);
  return segments_.back();
}

// One after another, each synced, so that whatever interrupts it leaves no hole in the middle.
Result<Journal::Dropped> Journal::Impl::drop_old(const JournalKeep& keep, int64_t now,
                                                 uint64_t covered) {
  const std::vector<SegmentFile> segments = this->segments();
  auto droppable = tocsin::droppable(files_, segments, keep, now, covered);
  if (!droppable) return droppable.error();
  Dropped dropped{.needed = droppable->needed};
  for (size_t i = 0; i < droppable->segments; ++i) {
    if (const int result = files_.remove(segments[i].path); result < 0) {
      return file_error("remove", segments[i].path, -result);
    }
    if (const Status synced = sync_directory(files_, dir_); !synced) return synced.error();
    ++dropped.segments;
    dropped.bytes += segments[i].bytes;
    const std::scoped_lock lock(mutex_);
    segments_.erase(segments_.begin());
  }
  return dropped;
}

uint64_t Journal::Impl::bytes() const {
  uint64_t total = 0;
  for (const SegmentFile& segment : segments()) total += segment.bytes;
  return total;
}

Status Journal::Impl::read(uint64_t after, const std::function<bool(JournalEntry&&)>& visit) const {
  const std::vector<SegmentFile> segments = this->segments();
  if (after + 1 < segments.front().first_number) {
    return Error{.kind = ErrorKind::kEnvironment,
                 .message = fmt::format("{} begins with entry {}; entry {} is no longer held",
                                        dir_.string(), segments.front().first_number, after + 1),
                 .remedy = "restore the earlier segments from a backup"};
  }
  EntryVisitor visitor{.after = after, .visit = visit};
  std::optional<Hash> hash_before;  // of the segment before, once one was walked
  for (size_t i = 0; i < segments.size() && !visitor.stopped; ++i) {
    if (i + 1 < segments.size() && segments[i + 1].first_number <= after + 1) continue;
    auto reader = SegmentReader::open(files_, segments[i]);
    if (!reader) return reader.error();
    if (hash_before && *hash_before != reader->header().hash_before) {
      return corrupt_error(segments[i].path, {0, "it does not continue the segment before"});
    }
    if (Status walked = visitor.walk(*reader); !walked) return walked;
    hash_before = reader->hash();
  }
  return Done{};
}

Journal::Journal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::open(const fs::path& dir, JournalOptions options) {
  FileOps& files = options.files != nullptr ? *options.files : FileOps::posix();
  if (Status created = create_directory(files, dir); !created) return created.error();
  auto lock = take_lock(files, dir);
  if (!lock) return lock.error();
  auto impl = std::make_unique<Impl>(dir, options, std::move(*lock));
  if (Status recovered = impl->recover(); !recovered) return recovered.error();
  return std::unique_ptr<Journal>(new Journal(std::move(impl)));
}

Status Journal::append(const JournalEntry& entry) { return impl_->append(entry); }
Result<Journal::Dropped> Journal::drop_old(const JournalKeep& keep, int64_t now, uint64_t covered) {
  return impl_->drop_old(keep, now, covered);
}
uint64_t Journal::first_number() const { return impl_->first_number(); }
uint64_t Journal::last_number() const { return impl_->last_number(); }
Hash Journal::last_hash() const { return impl_->last_hash(); }
uint64_t Journal::bytes() const { return impl_->bytes(); }
const std::string& Journal::recovery_note() const { return impl_->recovery_note(); }

Status Journal::read(uint64_t after, const std::function<bool(JournalEntry&&)>& visit) const {
  return impl_->read(after, visit);
}

}  // namespace tocsin
