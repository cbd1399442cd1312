#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "connectors/tcp/inbox.h"

namespace tocsin {
namespace {

using namespace std::chrono_literals;

Chunk chunk_of(size_t bytes, std::string source = "s", uint64_t connection = 0) {
  Chunk chunk;
  chunk.source = std::move(source);
  chunk.connection = connection;
  chunk.lines = 1;
  chunk.bytes = std::string(bytes - 1, 'x') + "\n";
  return chunk;
}

InboxOptions patient(size_t batch_bytes, size_t queue_bytes) {
  return {.batch_bytes = batch_bytes,
          .batch_delay = 1h,
          .acknowledgement_delay = 1h,
          .queue_bytes = queue_bytes,
          .next_due = nullptr,
          .wall_micros = nullptr};
}

TEST(Inbox, ABatchClosesBySizeLongBeforeItsTime) {
  Inbox inbox(patient(100, 1'000));
  for (int i = 0; i < 3; ++i) {
    Chunk chunk = chunk_of(40);
    EXPECT_EQ(inbox.offer(chunk), Offer::kTaken);
    EXPECT_TRUE(chunk.bytes.empty());
  }
  Batch batch;
  ASSERT_TRUE(inbox.next(batch));
  EXPECT_EQ(batch.chunks.size(), 2u);  // the third would make it larger than it may be
  inbox.stop();
  ASSERT_TRUE(inbox.next(batch));
  EXPECT_EQ(batch.chunks.size(), 1u);
  EXPECT_FALSE(inbox.next(batch));
}

TEST(Inbox, ABatchHasNoMoreLinesThanTheLimit) {
  for (const uint32_t more : {0u, 1u}) {
    Inbox inbox(patient(100, 1'000));
    for (const uint32_t lines : {1u, static_cast<uint32_t>(limits::kBatchLinesMax) - 1 + more}) {
      Chunk chunk = chunk_of(40);
      chunk.lines = lines;
      EXPECT_EQ(inbox.offer(chunk), Offer::kTaken);
    }
    inbox.stop();
    Batch batch;
    ASSERT_TRUE(inbox.next(batch));
    EXPECT_EQ(batch.chunks.size(), more == 0 ? 2u : 1u);
    EXPECT_EQ(inbox.next(batch), more == 1) << "and the rest makes the next one";
  }
}

TEST(Inbox, ABatchClosesByTimeLongBeforeItsSize) {
  Inbox inbox({.batch_delay = 20ms});
  Batch batch;
  std::thread later([&] {
    Chunk chunk = chunk_of(10);
    inbox.offer(chunk);
  });
  ASSERT_TRUE(inbox.next(batch));
  EXPECT_EQ(batch.chunks.size(), 1u);
  EXPECT_GT(batch.wall_micros, 1'600'000'000'000'000);
  later.join();
}

TEST(Inbox, IsFullAtItsLimitAndCallsBackWhenThereIsRoom) {
  Inbox inbox(patient(50, 100));
  Chunk first = chunk_of(99), second = chunk_of(50), third = chunk_of(10);
  EXPECT_EQ(inbox.offer(first), Offer::kTaken);
  std::atomic<int> called{0};
  inbox.when_room([&] { ++called; });  // 99 bytes: there is room
  EXPECT_EQ(called, 1);
  EXPECT_EQ(inbox.offer(second), Offer::kTaken);
  EXPECT_EQ(inbox.offer(third), Offer::kFull);
  EXPECT_EQ(third.bytes.size(), 10u);  // left alone
  inbox.when_room([&] { ++called; });
  EXPECT_EQ(called, 1);
  Batch batch;
  ASSERT_TRUE(inbox.next(batch));
  EXPECT_EQ(called, 2);
  EXPECT_EQ(inbox.offer(third), Offer::kTaken);
}

TEST(Inbox, StoppingEmptiesItAndTakesNoMore) {
  Inbox inbox(patient(1'000, 100));
  Chunk chunk = chunk_of(100), late = chunk_of(5);
  inbox.offer(chunk);
  bool called = false;
  inbox.when_room([&] { called = true; });
  inbox.acknowledge("bank", 7);
  inbox.stop();
  EXPECT_TRUE(called);
  EXPECT_EQ(inbox.offer(late), Offer::kStopped);
  Batch batch;
  ASSERT_TRUE(inbox.next(batch));
  EXPECT_EQ(batch.chunks.size(), 1u);
  EXPECT_EQ(batch.acknowledgements.size(), 1u);
  EXPECT_FALSE(inbox.next(batch));
}

TEST(Inbox, StoppingWakesAWaitingEngine) {
  Inbox inbox;
  std::thread engine([&] {
    Batch batch;
    EXPECT_FALSE(inbox.next(batch));
  });
  inbox.stop();
  engine.join();
}

TEST(Inbox, OnlyTheGreatestAcknowledgementOfASubscriberIsCarried) {
  Inbox inbox({.acknowledgement_delay = 1ms});
  inbox.acknowledge("bank", 3);
  inbox.acknowledge("bank", 9);
  inbox.acknowledge("bank", 5);
  Batch batch;
  ASSERT_TRUE(inbox.next(batch));
  ASSERT_EQ(batch.acknowledgements.size(), 1u);
  EXPECT_EQ(batch.acknowledgements[0].seq, 9u);
}

TEST(Inbox, SettlesAnonymousLinesBatchByBatch) {
  Inbox inbox(patient(10, 1'000));
  Chunk first = chunk_of(10, "", 4), second = chunk_of(10, "named"), third = chunk_of(10, "", 5);
  third.first_line = 8;
  third.lines = 3;
  inbox.offer(first);
  inbox.offer(second);
  inbox.offer(third);
  Batch batch;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(inbox.next(batch));
  const std::vector<AnonymousLines> one = inbox.settle();
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].connection, 4u);
  EXPECT_EQ(one[0].last_line, 1u);
  EXPECT_TRUE(inbox.settle().empty());
  EXPECT_EQ(inbox.settle().at(0).last_line, 10u);
  EXPECT_TRUE(inbox.settle().empty());  // nothing was given out
}

TEST(Inbox, TicksOnlyWhenSomethingIsDue) {
  std::atomic<int64_t> wall{1'000};
  std::atomic<int64_t> due{6'000};
  InboxOptions options;
  options.wall_micros = [&] { return wall.load(); };
  options.next_due = [&]() -> std::optional<int64_t> { return due.load(); };
  Inbox inbox(options);
  std::thread clock([&] { wall = 7'000; });
  Batch batch;
  ASSERT_TRUE(inbox.next(batch));
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.wall_micros, 7'000);
  clock.join();
}

TEST(Inbox, TheClockOfBatchesNeverGoesBack) {
  int64_t wall = 500;
  InboxOptions options = patient(1, 1'000);
  options.wall_micros = [&] { return wall; };
  Inbox inbox(options);
  Batch batch;
  for (const int64_t now : {500, 300, 600}) {
    wall = now;
    Chunk chunk = chunk_of(5);
    inbox.offer(chunk);
    ASSERT_TRUE(inbox.next(batch));
    EXPECT_EQ(batch.wall_micros, std::max<int64_t>(500, now));
  }
}

}  // namespace
}  // namespace tocsin
