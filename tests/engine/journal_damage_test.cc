// Torn tails are cut, everything else that does not match is refused with its place: never silently
// used.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/store/journal.h"
#include "engine/store/journal_format.h"
#include "engine/store/journal_verify.h"
#include "tests/engine/journal_fixture.h"

namespace tocsin {
namespace {

using journal_format::kBlockHeaderBytes;
using journal_format::kSegmentHeaderBytes;

class JournalDamageTest : public JournalTest {
 protected:
  // Four entries in one segment, closed.
  void SetUp() override {
    ends_ = append(*open(), 1, 4);
    bytes_ = read_bytes(segment(1));
    ASSERT_EQ(bytes_.size(), ends_.back());
  }

  uint64_t block_begin(unsigned number) const {
    return number == 1 ? kSegmentHeaderBytes : ends_.at(number - 2);
  }
  uint64_t block_end(unsigned number) const { return ends_.at(number - 1); }

  void flip(uint64_t offset, unsigned bit = 0) {
    std::string bytes = bytes_;
    bytes[offset] = static_cast<char>(bytes[offset] ^ (1 << bit));
    write_bytes(segment(1), bytes);
  }

  void expect_cut_to(uint64_t last) {
    {
      const auto journal = open();
      ASSERT_NE(journal, nullptr);
      EXPECT_NE(journal->recovery_note().find("after entry " + std::to_string(last)),
                std::string::npos)
          << journal->recovery_note();
      EXPECT_NE(journal->recovery_note().find("00000001.seg"), std::string::npos);
      expect_entries(*journal, 1, last);
      append(*journal, last + 1, last + 2);
    }
    const auto journal = open();
    EXPECT_EQ(journal->recovery_note(), "");
    expect_entries(*journal, 1, last + 2);
  }

  void expect_refused_at(uint64_t offset) {
    const Error error = open_error();
    EXPECT_EQ(error.kind, ErrorKind::kCorrupt);
    EXPECT_NE(error.message.find("00000001.seg"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("byte " + std::to_string(offset) + ":"), std::string::npos)
        << error.message;
  }

  std::vector<uint64_t> ends_;
  std::string bytes_;
};

TEST_F(JournalDamageTest, LastBlockCutAnywhereIsATornTail) {
  for (uint64_t size = block_begin(4) + 1; size < block_end(4); ++size) {
    SCOPED_TRACE(size);
    write_bytes(segment(1), bytes_.substr(0, size));
    expect_cut_to(3);
  }
}

TEST_F(JournalDamageTest, LastBlockFollowedByZerosIsKept) {
  for (const size_t zeros : {size_t{1}, kBlockHeaderBytes, size_t{4'096}}) {
    write_bytes(segment(1), bytes_ + std::string(zeros, '\0'));
    expect_cut_to(4);
  }
}

TEST_F(JournalDamageTest, LastBlockZeroedFromAnywhereIsATornTail) {
  for (uint64_t from = block_begin(4); from < block_end(4) - 1; ++from) {
    SCOPED_TRACE(from);
    std::string bytes = bytes_;
    std::fill(bytes.begin() + static_cast<ptrdiff_t>(from), bytes.end(), '\0');
    write_bytes(segment(1), bytes);
    expect_cut_to(3);
  }
}

// A page of zeros where the block begins: the disk wrote the later page first.
TEST_F(JournalDamageTest, LastBlockWithoutItsBeginningIsATornTail) {
  for (uint64_t to = block_begin(4) + 1; to < block_end(4); ++to) {
    SCOPED_TRACE(to);
    std::string bytes = bytes_;
    std::fill(bytes.begin() + static_cast<ptrdiff_t>(block_begin(4)),
              bytes.begin() + static_cast<ptrdiff_t>(to), '\0');
    write_bytes(segment(1), bytes);
    expect_cut_to(3);
  }
}

TEST_F(JournalDamageTest, FlippedBitInTheLastBlockIsCutWithANote) {
  for (uint64_t offset = block_begin(4); offset < block_end(4); ++offset) {
    SCOPED_TRACE(offset);
    flip(offset, offset % 8);
    expect_cut_to(3);
  }
}

TEST_F(JournalDamageTest, FlippedBitInAnEarlierBlockIsRefusedWithItsPlace) {
  for (unsigned number = 1; number <= 3; ++number) {
    for (uint64_t offset = block_begin(number); offset < block_end(number); ++offset) {
      SCOPED_TRACE(offset);
      flip(offset, offset % 8);
      expect_refused_at(block_begin(number));
      if (HasFailure()) return;
    }
  }
  EXPECT_EQ(read_bytes(segment(1)).size(), bytes_.size()) << "a refused journal was changed";
}

TEST_F(JournalDamageTest, FlippedBitInTheSegmentHeaderIsRefused) {
  for (uint64_t offset = 0; offset < kSegmentHeaderBytes; ++offset) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      SCOPED_TRACE(offset);
      flip(offset, bit);
      const Error error = open_error();
      EXPECT_EQ(error.kind, ErrorKind::kCorrupt);
      EXPECT_NE(error.message.find("00000001.seg"), std::string::npos) << error.message;
    }
  }
}

TEST_F(JournalDamageTest, SegmentWithoutAWholeHeaderIsRefused) {
  for (uint64_t size = 0; size < kSegmentHeaderBytes; ++size) {
    write_bytes(segment(1), bytes_.substr(0, size));
    expect_refused_at(size);
  }
}

TEST_F(JournalDamageTest, MissingBlockIsRefused) {
  write_bytes(segment(1), bytes_.substr(0, block_begin(2)) + bytes_.substr(block_begin(3)));
  expect_refused_at(block_begin(2));
}

TEST_F(JournalDamageTest, AnotherFormatIsRefusedAndLeftAlone) {
  static_assert(journal_format::kVersion == 2);
  for (const int version : {1, 3}) {
    std::string bytes = bytes_;
    bytes[journal_format::kVersionOffset] = static_cast<char>(version);
    write_bytes(segment(1), bytes);
    const Error error = open_error();
    EXPECT_NE(
        error.message.find(fmt::format("format version {}, this program reads version 2", version)),
        std::string::npos)
        << error.message;
    EXPECT_EQ(error.remedy, "use the tocsin that wrote it");
    EXPECT_EQ(read_bytes(segment(1)), bytes);
  }
}

TEST_F(JournalDamageTest, VerifyNamesTheFirstBadPlace) {
  flip(block_begin(2) + kBlockHeaderBytes);
  auto report = verify_journal(dir());
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->entries, 1u);
  EXPECT_FALSE(report->torn_tail);
  EXPECT_NE(report->bad_place.find("byte " + std::to_string(block_begin(2))), std::string::npos);

  write_bytes(segment(1), bytes_.substr(0, bytes_.size() - 1));
  report = verify_journal(dir());
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->entries, 3u);
  EXPECT_TRUE(report->torn_tail);
}

class JournalSegmentsDamageTest : public JournalTest {
 protected:
  void SetUp() override { append(*open({.segment_bytes_max = 1}), 1, 3); }
};

TEST_F(JournalSegmentsDamageTest, FlippedBitInAnEarlierSegmentIsRefusedAtTheLatestWhenRead) {
  const std::string bytes = read_bytes(segment(1));
  for (size_t offset = kSegmentHeaderBytes; offset < bytes.size(); ++offset) {
    SCOPED_TRACE(offset);
    std::string damaged = bytes;
    damaged[offset] = static_cast<char>(damaged[offset] ^ 4);
    write_bytes(segment(1), damaged);
    auto journal = Journal::open(dir());
    const Status status = journal.ok() ? (*journal)->read(0, [](JournalEntry&&) { return true; })
                                       : Status(journal.error());
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind, ErrorKind::kCorrupt);
    EXPECT_NE(status.error().message.find("00000001.seg"), std::string::npos)
        << status.error().message;
  }
}

TEST_F(JournalSegmentsDamageTest, TornTailOfAnEarlierSegmentIsDamage) {
  const std::string bytes = read_bytes(segment(2));
  write_bytes(segment(2), bytes.substr(0, bytes.size() - 5));
  EXPECT_EQ(open_error().kind, ErrorKind::kCorrupt);
}

TEST_F(JournalSegmentsDamageTest, SegmentOfAnotherJournalIsRefused) {
  TempDir other;
  {
    auto journal = Journal::open(other.path(), {.segment_bytes_max = 1});
    ASSERT_TRUE(journal.ok());
    JournalEntry first = sample_entry(1);
    first.wall_clock = 4'711;
    ASSERT_TRUE((*journal)->append(first).ok());
    append(**journal, 2, 3);
  }
  write_bytes(segment(2), read_bytes(other.path() / "00000002.seg"));
  EXPECT_EQ(open_error().kind, ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace tocsin
