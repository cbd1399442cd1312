// The journal keeps what it was given, in order, across reopening, segments, threads and processes.

#include "engine/store/journal.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "engine/store/byte_codec.h"
#include "engine/store/journal_format.h"
#include "engine/store/journal_verify.h"
#include "tests/engine/journal_fixture.h"

namespace tocsin {
namespace {

TEST_F(JournalTest, NewJournalIsEmpty) {
  const auto journal = open();
  EXPECT_EQ(journal->last_number(), 0u);
  EXPECT_EQ(journal->last_hash(), Hash{});
  EXPECT_EQ(journal->recovery_note(), "");
  expect_entries(*journal, 1, 0);
}

TEST_F(JournalTest, EntriesComeBackAsTheyWereInOrder) {
  const auto journal = open();
  append(*journal, 1, 12);
  expect_entries(*journal, 1, 12);
  expect_entries(*journal, 9, 12);
  expect_entries(*journal, 13, 12);
}

TEST_F(JournalTest, EmptyBatchIsAnEntry) {
  const auto journal = open();
  ASSERT_TRUE(
      journal
          ->append(JournalEntry{
              .number = 1, .policy_hash = {}, .policy_text = {}, .wall_clock = {}, .batch = {}})
          .ok());
  unsigned count = 0;
  ASSERT_TRUE(journal
                  ->read(0,
                         [&](JournalEntry&& entry) {
                           EXPECT_TRUE(entry.batch.empty());
                           return ++count < 10;
                         })
                  .ok());
  EXPECT_EQ(count, 1u);
}

TEST_F(JournalTest, ReadChunksHavePaddingForSimdjson) {
  const auto journal = open();
  append(*journal, 1, 1);
  ASSERT_TRUE(journal
                  ->read(0,
                         [&](JournalEntry&& entry) {
                           const std::string& bytes = entry.batch.chunks.at(0).bytes;
                           EXPECT_GE(bytes.capacity(), bytes.size() + 64);
                           return true;
                         })
                  .ok());
}

TEST_F(JournalTest, ReadingStopsWhenTheVisitorSaysSo) {
  const auto journal = open();
  append(*journal, 1, 5);
  unsigned count = 0;
  ASSERT_TRUE(journal->read(0, [&](JournalEntry&&) { return ++count < 3; }).ok());
  EXPECT_EQ(count, 3u);
}

TEST_F(JournalTest, ReopeningGoesOnWhereItEnded) {
  Hash hash;
  {
    const auto journal = open();
    append(*journal, 1, 3);
    hash = journal->last_hash();
  }
  const auto journal = open();
  EXPECT_EQ(journal->last_hash(), hash);
  EXPECT_EQ(journal->recovery_note(), "");
  append(*journal, 4, 6);
  expect_entries(*journal, 1, 6);
}

TEST_F(JournalTest, SegmentsRollOverAndAreReadAsOne) {
  const JournalOptions small{.segment_bytes_max = 700};
  {
    const auto journal = open(small);
    append(*journal, 1, 20);
    EXPECT_TRUE(std::filesystem::exists(segment(3)));
    for (uint64_t after = 0; after <= 20; ++after) expect_entries(*journal, after + 1, 20);
  }
  const auto journal = open(small);
  append(*journal, 21, 40);
  expect_entries(*journal, 1, 40);
  uint64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(dir())) bytes += file.file_size();
  EXPECT_EQ(journal->bytes(), bytes);
}

TEST_F(JournalTest, EntryLargerThanASegmentGetsOneOfItsOwn) {
  const auto journal = open({.segment_bytes_max = 1});
  append(*journal, 1, 3);
  EXPECT_TRUE(std::filesystem::exists(segment(3)));
  EXPECT_FALSE(std::filesystem::exists(segment(4)));
  expect_entries(*journal, 1, 3);
}

TEST_F(JournalTest, EntryThatDoesNotFollowIsRefused) {
  const auto journal = open();
  append(*journal, 1, 2);
  EXPECT_FALSE(journal->append(sample_entry(2)).ok());
  EXPECT_FALSE(journal->append(sample_entry(4)).ok());
  append(*journal, 3, 3);
  expect_entries(*journal, 1, 3);
}

TEST_F(JournalTest, EntryAboveTheLimitIsRefusedAndTheNextTaken) {
  const auto journal = open();
  JournalEntry entry{
      .number = 1, .policy_hash = {}, .policy_text = {}, .wall_clock = {}, .batch = {}};
  entry.policy_change = true;
  entry.policy_text.assign(journal_format::kRawBytesMax, 'x');
  const Status status = journal->append(entry);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kInput);
  append(*journal, 1, 1);
  expect_entries(*journal, 1, 1);
}

TEST_F(JournalTest, SecondOpeningIsRefused) {
  const auto journal = open();
  const Error error = open_error();
  EXPECT_EQ(error.message, "another tocsin is using " + dir().string());
  EXPECT_EQ(error.kind, ErrorKind::kEnvironment);
}

TEST_F(JournalTest, SecondProcessIsRefusedUntilTheFirstEnds) {
  int ready[2];
  int stop[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(stop), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto journal = Journal::open(dir());
    char byte = journal.ok() ? '1' : '0';
    if (::write(ready[1], &byte, 1) != 1 || ::read(stop[0], &byte, 1) != 1) ::_exit(1);
    ::_exit(0);  // no destructors, as in a crash
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, '1');
  EXPECT_EQ(open_error().message, "another tocsin is using " + dir().string());
  ASSERT_EQ(::write(stop[1], &byte, 1), 1);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_NE(open(), nullptr);
  for (const int file : {ready[0], ready[1], stop[0], stop[1]}) ::close(file);
}

TEST_F(JournalTest, ReadersSeeAPrefixWhileTheWriterAppends) {
  const auto journal = open({.segment_bytes_max = 2'000});
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      const uint64_t known = journal->last_number();
      uint64_t next = 1;
      const Status status = journal->read(0, [&](JournalEntry&& entry) {
        EXPECT_EQ(to_text(entry), to_text(sample_entry(next)));
        ++next;
        return true;
      });
      EXPECT_TRUE(status.ok()) << status.error().message;
      EXPECT_GT(next, known);
    }
  });
  append(*journal, 1, 100);
  done = true;
  reader.join();
  expect_entries(*journal, 1, 100);
}

TEST_F(JournalTest, MissingEarlyEntriesAreAnErrorNotAHole) {
  append(*open({.segment_bytes_max = 1}), 1, 4);
  std::filesystem::remove(segment(1));
  const auto journal = open();
  expect_entries(*journal, 2, 4);
  const Status status = journal->read(0, [](JournalEntry&&) { return true; });
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("entry 1 is no longer held"), std::string::npos);
}

TEST_F(JournalTest, MissingSegmentInTheMiddleIsRefused) {
  append(*open({.segment_bytes_max = 1}), 1, 4);
  std::filesystem::remove(segment(2));
  const Error error = open_error();
  EXPECT_EQ(error.kind, ErrorKind::kCorrupt);
  EXPECT_NE(error.message.find("00000002.seg is missing"), std::string::npos) << error.message;
}

// Entry n is written at 3 n microseconds, and has a segment of its own.
TEST_F(JournalTest, OldSegmentsGoOnceTheyAreOlderThanWhatIsKept) {
  const auto journal = open({.segment_bytes_max = 1});
  append(*journal, 1, 6);
  const auto drop = [&](int64_t now) {
    const auto dropped = journal->drop_old({.micros = 100, .bytes = {}}, now, UINT64_MAX - 1);
    EXPECT_TRUE(dropped.ok());
    return dropped.ok() ? dropped.value().segments : 99;
  };
  EXPECT_EQ(drop(106), 0u) << "entry 2, where segment 1 ends, is just young enough";
  EXPECT_EQ(drop(107), 1u);
  EXPECT_EQ(journal->first_number(), 2u);
  EXPECT_EQ(drop(112), 1u);
  expect_entries(*journal, 3, 6);
  EXPECT_EQ(drop(INT64_MAX), 3u) << "never the one that is written to";
  append(*journal, 7, 7);
  expect_entries(*journal, 6, 7);
  const Status gone = journal->read(3, [](JournalEntry&&) { return true; });
  ASSERT_FALSE(gone.ok());
  EXPECT_NE(gone.error().message.find("entry 4 is no longer held"), std::string::npos);
}

TEST_F(JournalTest, OldSegmentsGoUntilTheSizeIsKept) {
  const auto journal = open({.segment_bytes_max = 1});
  const std::vector<uint64_t> sizes = append(*journal, 1, 4);
  const auto keep = [&](uint64_t bytes) { return JournalKeep{.micros = {}, .bytes = bytes}; };
  EXPECT_EQ(journal->drop_old(keep(sizes[3]), 0, 4).value().segments, 0u);
  const auto dropped = journal->drop_old(keep(sizes[3] - 1), 0, 4);
  EXPECT_EQ(dropped.value().segments, 1u);
  EXPECT_EQ(dropped.value().bytes, sizes[0]);
  EXPECT_EQ(journal->bytes(), sizes[3] - sizes[0]);
}

TEST_F(JournalTest, WhatTheStateDoesNotStandForYetIsKept) {
  {
    const auto journal = open({.segment_bytes_max = 1});
    append(*journal, 1, 5);
    const auto dropped = journal->drop_old({.micros = {}, .bytes = 1}, 0, 2);
    EXPECT_EQ(dropped.value().segments, 2u);
    EXPECT_EQ(dropped.value().needed, 2u);
  }
  expect_entries(*open(), 3, 5);
  auto report = verify_journal(dir());
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->first_number, 3u);
  EXPECT_EQ(report->entries, 3u);
}

TEST_F(JournalTest, UnfinishedSegmentOfACrashIsRemoved) {
  append(*open(), 1, 2);
  const std::filesystem::path unfinished = segment(2).string() + ".tmp";
  write_bytes(unfinished, "TOCS");
  expect_entries(*open(), 1, 2);
  EXPECT_FALSE(std::filesystem::exists(unfinished));
}

TEST_F(JournalTest, VerifyProvesEverythingAndFindsTheSameHash) {
  const auto journal = open({.segment_bytes_max = 700});
  append(*journal, 1, 20);
  auto report = verify_journal(dir());
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->entries, 20u);
  EXPECT_EQ(report->first_number, 1u);
  EXPECT_EQ(report->bytes, journal->bytes());
  EXPECT_EQ(report->last_hash, journal->last_hash());
  EXPECT_EQ(report->bad_place, "");
}

TEST(ByteCodec, IntegersAndTextsRoundTripAtTheirBounds) {
  std::string bytes;
  ByteWriter writer(bytes);
  for (const int64_t value : {INT64_MIN, int64_t{-1}, int64_t{0}, INT64_MAX}) writer.fixed(value);
  for (const uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, UINT64_MAX})
    writer.varint(value);
  writer.text("");
  writer.text(std::string("a\0b", 3));
  ByteReader reader(bytes);
  for (const int64_t value : {INT64_MIN, int64_t{-1}, int64_t{0}, INT64_MAX}) {
    EXPECT_EQ(reader.fixed<int64_t>(), value);
  }
  for (const uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, UINT64_MAX}) {
    EXPECT_EQ(reader.varint(), value);
  }
  EXPECT_EQ(reader.text(), "");
  EXPECT_EQ(reader.text(), std::string_view("a\0b", 3));
  EXPECT_TRUE(reader.at_end());
  EXPECT_FALSE(reader.failed());
}

TEST(ByteCodec, ReaderFailsRatherThanReadPastItsEnd) {
  EXPECT_EQ(ByteReader("abc").fixed<uint32_t>(), 0u);
  for (const std::string& bytes : {std::string("\xff\xff"), std::string(10, '\xff'),
                                   std::string("\x05"
                                               "abcd"),
                                   std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")}) {
    ByteReader reader(bytes);
    EXPECT_EQ(reader.text(), "");
    EXPECT_TRUE(reader.failed());
    EXPECT_EQ(reader.fixed<uint8_t>(), 0u);
  }
}

}  // namespace
}  // namespace tocsin
