// The k-th file operation fails, for every k until a run passes clean: what was acknowledged
// survives.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <set>

#include "engine/store/file_ops.h"
#include "engine/store/journal.h"
#include "tests/engine/journal_fixture.h"

namespace tocsin {
namespace {

enum class Fault { kError, kShortWrite, kErrorFromThenOn };

// Passes everything on to the real operations but the k-th changing one.
class FaultyFileOps final : public FileOps {
 public:
  FaultyFileOps(unsigned k, Fault fault, int error_number)
      : left_(k), fault_(fault), error_(error_number) {}

  bool struck() const { return struck_; }
  // Whether a power cut now would lose nothing that was written, cut or renamed.
  bool all_synced() const { return unsynced_files_.empty() && !names_unsynced_; }

  int open(const std::filesystem::path& path, int flags) override {
    if ((flags & O_CREAT) != 0 && strikes()) return -error_;
    return real_.open(path, flags);
  }
  ssize_t read_at(int file, char* to, size_t bytes, uint64_t offset) override {
    return real_.read_at(file, to, bytes, offset);
  }
  ssize_t write_at(int file, const char* from, size_t bytes, uint64_t offset) override {
    unsynced_files_.insert(file);
    if (!strikes()) return real_.write_at(file, from, bytes, offset);
    if (fault_ == Fault::kShortWrite) return real_.write_at(file, from, bytes / 2, offset);
    // What a failed write leaves behind is anybody's guess: half of it.
    if (real_.write_at(file, from, bytes / 2, offset) < 0) return -EIO;
    return -error_;
  }
  int sync_data(int file) override {
    if (strikes()) return -error_;
    unsynced_files_.erase(file);
    return real_.sync_data(file);
  }
  int sync_all(int file) override {
    if (strikes()) return -error_;
    struct stat status {};
    const bool is_directory = ::fstat(file, &status) == 0 && S_ISDIR(status.st_mode);
    if (is_directory) names_unsynced_ = false;
    unsynced_files_.erase(file);
    return real_.sync_all(file);
  }
  int truncate(int file, uint64_t bytes) override {
    unsynced_files_.insert(file);
    return strikes() ? -error_ : real_.truncate(file, bytes);
  }
  int rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    names_unsynced_ = true;
    return strikes() ? -error_ : real_.rename(from, to);
  }
  int remove(const std::filesystem::path& path) override {
    return strikes() ? -error_ : real_.remove(path);
  }

 private:
  bool strikes() {
    if (struck_) return fault_ == Fault::kErrorFromThenOn;
    struck_ = --left_ == 0;
    return struck_;
  }

  FileOps& real_ = FileOps::posix();
  unsigned left_;
  Fault fault_;
  int error_;
  bool struck_ = false;
  std::set<int> unsynced_files_;
  bool names_unsynced_ = false;
};

class JournalFaultTest : public JournalTest {
 protected:
  static constexpr uint64_t kEntries = 6;
  static constexpr size_t kSegmentBytesMax = 500;  // two or three segments

  // One life of a process under a fault; returns the number of entries that were acknowledged,
  // counting `before`.
  uint64_t live(FaultyFileOps& files, uint64_t before) {
    auto journal = Journal::open(dir(), {.segment_bytes_max = kSegmentBytesMax, .files = &files});
    if (!journal.ok()) return before;
    uint64_t acknowledged = (*journal)->last_number();
    EXPECT_GE(acknowledged, before);
    EXPECT_TRUE(files.all_synced());
    for (uint64_t number = acknowledged + 1; number <= kEntries; ++number) {
      const Status status = (*journal)->append(sample_entry(number));
      if (!status.ok()) {
        // Sticky: the next append says the same.
        const Status again = (*journal)->append(sample_entry(number));
        EXPECT_TRUE(!again.ok() && again.error().message == status.error().message);
        return acknowledged;
      }
      acknowledged = number;
      EXPECT_EQ((*journal)->last_number(), number);
      EXPECT_TRUE(files.all_synced()) << "acknowledged before it was on disk";
    }
    return acknowledged;
  }

  void strike_at_every_operation(Fault fault, int error_number) {
    for (unsigned k = 1;; ++k) {
      SCOPED_TRACE(k);
      std::filesystem::remove_all(dir());
      FaultyFileOps files(k, fault, error_number);
      const uint64_t acknowledged = live(files, 0);
      expect_alive_after(acknowledged);
      if (!files.struck()) {
        EXPECT_EQ(acknowledged, kEntries);
        EXPECT_GT(k, 15u) << "the faults never reached the appends";
        return;
      }
      if (HasFailure()) return;
    }
  }

  // A healthy process finds all that was acknowledged, at most one entry more, and goes on.
  void expect_alive_after(uint64_t acknowledged) {
    const auto journal = open({.segment_bytes_max = kSegmentBytesMax});
    ASSERT_NE(journal, nullptr);
    const uint64_t last = journal->last_number();
    EXPECT_GE(last, acknowledged);
    EXPECT_LE(last, acknowledged + 1);
    append(*journal, last + 1, kEntries + 2);
    expect_entries(*journal, 1, kEntries + 2);
  }
};

TEST_F(JournalFaultTest, InputOutputErrorAtEveryOperationLosesNothingAcknowledged) {
  strike_at_every_operation(Fault::kError, EIO);
}

TEST_F(JournalFaultTest, FullDiskAtEveryOperationLosesNothingAcknowledged) {
  strike_at_every_operation(Fault::kError, ENOSPC);
}

TEST_F(JournalFaultTest, DiskThatStaysBrokenLosesNothingAcknowledged) {
  strike_at_every_operation(Fault::kErrorFromThenOn, EIO);
}

TEST_F(JournalFaultTest, InterruptedWritesAreWrittenOn) {
  for (unsigned k = 1; k < 40; ++k) {
    std::filesystem::remove_all(dir());
    FaultyFileOps files(k, Fault::kShortWrite, EIO);
    expect_alive_after(live(files, 0));
  }
}

TEST_F(JournalFaultTest, FaultsWhileRecoveringATornTailLoseNothing) {
  append(*open(), 1, 3);
  const std::string whole = read_bytes(segment(1));
  for (unsigned k = 1;; ++k) {
    SCOPED_TRACE(k);
    std::filesystem::remove_all(dir());
    std::filesystem::create_directories(dir());
    write_bytes(segment(1), whole.substr(0, whole.size() - 9));
    FaultyFileOps files(k, Fault::kError, EIO);
    const uint64_t acknowledged = live(files, 2);
    expect_alive_after(acknowledged);
    if (!files.struck() || HasFailure()) return;
  }
}

TEST_F(JournalFaultTest, FailedEntryIsTakenBack) {
  unsigned failures = 0;
  for (unsigned k = 1;; ++k) {
    SCOPED_TRACE(k);
    std::filesystem::remove_all(dir());
    FaultyFileOps files(k, Fault::kError, EIO);
    auto journal = Journal::open(dir(), {.files = &files});
    if (!journal.ok()) continue;
    if ((*journal)->append(sample_entry(1)).ok() && !files.struck()) break;
    ++failures;
    EXPECT_EQ(std::filesystem::file_size(segment(1)), (*journal)->bytes());
  }
  EXPECT_EQ(failures, 2u) << "the write and the sync";
}

TEST_F(JournalFaultTest, TheErrorNamesTheFileAndTheRemedy) {
  FaultyFileOps files(6, Fault::kError,
                      ENOSPC);  // lock, create, write, sync, rename, directory; then the entry
  auto journal = Journal::open(dir(), {.files = &files});
  const Status status =
      journal.ok() ? (*journal)->append(sample_entry(1)) : Status(journal.error());
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("No space left on device"), std::string::npos)
      << status.error().message;
  EXPECT_NE(status.error().message.find(dir().string()), std::string::npos);
  EXPECT_NE(status.error().remedy.find("free space"), std::string::npos);
}

}  // namespace
}  // namespace tocsin
