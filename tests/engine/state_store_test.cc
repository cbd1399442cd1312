// The state store holds the last checkpoint, whole, whatever its size, and can be read meanwhile.

#include "engine/store/state_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "engine/store/lmdb_env.h"
#include "engine/store/state_format.h"
#include "tests/engine/state_store_fixture.h"

namespace tocsin {
namespace {

TEST_F(StateStoreTest, NewStoreIsEmpty) {
  const auto store = open();
  EXPECT_EQ(store->meta().batch, 0u);
  EXPECT_EQ(store->meta().clock, INT64_MIN);
  EXPECT_TRUE(keys(*store).empty());
  EXPECT_TRUE(logged(*store, 0).empty());
  EXPECT_EQ(*store->first_logged(), 0u);
  EXPECT_FALSE(store->source("a")->has_value());
  EXPECT_FALSE(store->cursor("a")->has_value());
  EXPECT_FALSE(store->key_state(1, "a")->has_value());
}

TEST_F(StateStoreTest, MetaSurvivesReopening) {
  Checkpoint checkpoint;
  checkpoint.meta = {.batch = 7,
                     .clock = -5,
                     .last_seq = 9,
                     .last_reject = 3,
                     .key_set = 0,
                     .policy_hash = "abc",
                     .policy_text = "policy \"a\""};
  {
    const auto store = open();
    write(*store, checkpoint);
    EXPECT_EQ(store->meta().batch, 7u);
  }
  const auto store = open();
  EXPECT_EQ(store->meta().batch, 7u);
  EXPECT_EQ(store->meta().clock, -5);
  EXPECT_EQ(store->meta().last_seq, 9u);
  EXPECT_EQ(store->meta().last_reject, 3u);
  EXPECT_EQ(store->meta().policy_hash, "abc");
  EXPECT_EQ(store->meta().policy_text, "policy \"a\"");
}

TEST_F(StateStoreTest, APolicyIsTakenUpInTheSpareKeysAndCountsOnceItIsWhole) {
  const KeyStates old_keys = {{{1, "a"}, {5, "old"}}, {{1, "b"}, {6, "old"}}};
  const KeyStates new_keys = {{{1, "a"}, {7, "new"}}};
  Checkpoint before, part, whole;
  before.meta.batch = 1;
  before.keys = {{1, "a", 5, "old"}, {1, "b", 6, "old"}};
  part.keys_alone = true;
  part.keys = {{1, "a", 7, "new"}, {1, "c", 8, "left behind"}};
  whole.meta.batch = 2;
  whole.keys = {{1, "c", INT64_MAX, ""}};
  write(*open(), before);
  for (const bool interrupted : {true, true, false}) {
    {
      const auto store = open();
      EXPECT_EQ(keys(*store), old_keys);
      ASSERT_TRUE(store->use_spare_keys().ok());
      EXPECT_TRUE(keys(*store).empty()) << "what an interrupted attempt left is gone";
      write(*store, part);
      EXPECT_EQ((*store->key_state(1, "a"))->state, "new");
      EXPECT_EQ(store->meta().batch, 1u);
      if (!interrupted) write(*store, whole);
    }
    const auto store = open();
    EXPECT_EQ(store->meta().batch, interrupted ? 1u : 2u);
    EXPECT_EQ(keys(*store), interrupted ? old_keys : new_keys);
  }
  const auto store = open();
  ASSERT_TRUE(store->use_spare_keys().ok());
  EXPECT_TRUE(keys(*store).empty()) << "the sets change places";
}

TEST_F(StateStoreTest, KeysAreWrittenReplacedAndErased) {
  const auto store = open();
  Checkpoint checkpoint;
  checkpoint.keys = {{2, "b", 50, "two"}, {1, "b", INT64_MAX, "one"}, {1, "", -1, "no name"}};
  write(*store, checkpoint);
  EXPECT_EQ(keys(*store), (KeyStates{{{1, ""}, {-1, "no name"}},
                                     {{1, "b"}, {INT64_MAX, "one"}},
                                     {{2, "b"}, {50, "two"}}}));
  EXPECT_EQ((*store->key_state(1, "b"))->state, "one");
  EXPECT_FALSE(store->key_state(3, "b")->has_value());

  checkpoint.keys = {{2, "b", 60, ""}, {1, "b", INT64_MIN, "new"}, {9, "never was", 1, ""}};
  write(*store, checkpoint);
  EXPECT_EQ(keys(*store), (KeyStates{{{1, ""}, {-1, "no name"}}, {{1, "b"}, {INT64_MIN, "new"}}}));
}

TEST_F(StateStoreTest, ChunksOfColdRowsAreWrittenOnceAndErasedWithTheirKeySet) {
  const auto text = [](const char* chunk) { return std::make_shared<const std::string>(chunk); };
  const auto store = open();
  const auto cold = [&] {
    std::string found;
    EXPECT_TRUE(store->for_each_key([&](KeyRecord&& record) {
      for (const auto& chunk : record.cold.chunks) found += record.key + *chunk + " ";
    }));
    return found;
  };
  Checkpoint checkpoint;
  checkpoint.keys = {{1, "a", 1, "s", {0, 0, 2, {text("0"), text("1")}}},
                     {1, "b", 1, "s", {0, 0, 1, {text("0")}}}};
  write(*store, checkpoint);
  EXPECT_EQ(cold(), "a0 a1 b0 ");
  checkpoint.keys = {{1, "a", 1, "s", {0, 1, 3, {text("2")}}}};
  write(*store, checkpoint);
  EXPECT_EQ(cold(), "a1 a2 b0 ");
  EXPECT_EQ(*store->cold_chunks(1, "a", 2, 3)->at(0), "2");
  EXPECT_FALSE(store->cold_chunks(1, "a", 0, 1).ok()) << "erased";
  ASSERT_TRUE(store->use_spare_keys().ok());
  EXPECT_EQ(cold(), "");
  checkpoint.keys = {{1, "a", 1, "s", {0, 0, 1, {text("new")}}}};
  write(*store, checkpoint);
  EXPECT_EQ(cold(), "anew ");
  EXPECT_FALSE(store->cold_chunks(1, "b", 0, 1).ok());
}

TEST_F(StateStoreTest, DueTimesFollowTheirKeys) {
  const auto store = open();
  const auto due = [&] {
    std::map<std::string, int64_t> found;
    EXPECT_TRUE(store
                    ->for_each_due([&](uint32_t domain, std::string_view key, int64_t time) {
                      found[std::to_string(domain) + std::string(key)] = time;
                    })
                    .ok());
    return found;
  };
  Checkpoint checkpoint;
  checkpoint.keys = {
      {1, "a", 10, "s"}, {1, "b", INT64_MAX, "s"}, {2, std::string(600, 'k'), 30, "s"}};
  write(*store, checkpoint);
  EXPECT_EQ(due(), (std::map<std::string, int64_t>{{"1a", 10}, {"2" + std::string(600, 'k'), 30}}));
  checkpoint.keys = {
      {1, "a", INT64_MAX, "s"}, {1, "b", 20, "s"}, {2, std::string(600, 'k'), 30, ""}};
  write(*store, checkpoint);
  EXPECT_EQ(due(), (std::map<std::string, int64_t>{{"1b", 20}}));
}

TEST_F(StateStoreTest, LongKeysThatDifferOnlyAtTheirEndStayApart) {
  const auto store = open();
  Checkpoint checkpoint;
  KeyStates expected;
  for (const size_t size : {size_t{1}, size_t{439}, size_t{440}, size_t{479}, size_t{480},
                            size_t{481}, size_t{511}, size_t{512}, size_t{1'024}, size_t{70'000}}) {
    for (const char end : {'a', 'b', '\0'}) {
      const std::string key = std::string(size - 1, 'x') + end;
      const std::string state = std::to_string(size) + end;
      checkpoint.keys.push_back({5, key, static_cast<int64_t>(size), state});
      expected[{5, key}] = {static_cast<int64_t>(size), state};
    }
  }
  write(*store, checkpoint);
  EXPECT_EQ(keys(*store), expected);
  for (const auto& [key, value] : expected)
    EXPECT_EQ((*store->key_state(5, key.second))->state, value.second);
  EXPECT_FALSE(store->key_state(5, std::string(1'023, 'x') + 'c')->has_value());
}

TEST_F(StateStoreTest, LogIsReadInOrderFromAnywhere) {
  const auto store = open();
  for (uint64_t begin = 250; begin < 262; begin += 4) {
    Checkpoint checkpoint;
    for (uint64_t seq = begin; seq < begin + 4; ++seq)
      checkpoint.log.push_back(sample_message(seq));
    write(*store, checkpoint);
  }
  EXPECT_EQ(*store->first_logged(), 250u);
  EXPECT_EQ(logged(*store, 0).size(), 12u);
  EXPECT_EQ(logged(*store, 254), (std::vector<uint64_t>{255, 256, 257, 258, 259, 260, 261}));
  EXPECT_EQ(logged(*store, 254, 1), (std::vector<uint64_t>{255})) << "always goes on";
  EXPECT_EQ(logged(*store, 254, 200), (std::vector<uint64_t>{255, 256}));
  EXPECT_TRUE(logged(*store, 261).empty());
  EXPECT_TRUE(logged(*store, UINT64_MAX).empty());
}

TEST_F(StateStoreTest, MessagesLoggedAgainAreTheSameMessages) {
  const auto store = open();
  Checkpoint checkpoint;
  for (uint64_t seq = 1; seq <= 5; ++seq) checkpoint.log.push_back(sample_message(seq));
  write(*store, checkpoint);
  write(*store, checkpoint);
  EXPECT_EQ(logged(*store, 0), (std::vector<uint64_t>{1, 2, 3, 4, 5}));
}

TEST_F(StateStoreTest, OpenWarningsAreReplacedAndClosed) {
  const auto store = open();
  Checkpoint checkpoint;
  checkpoint.open_warnings = {
      {"w1", sample_message(1)}, {"w2", sample_message(2)}, {"w3", sample_message(3)}};
  write(*store, checkpoint);
  checkpoint.open_warnings = {{"w2", nullptr}, {"w1", sample_message(9)}, {"w7", nullptr}};
  write(*store, checkpoint);
  EXPECT_EQ(open_ids(*store), (std::vector<std::string>{"w9", "w3"}));
}

TEST_F(StateStoreTest, RejectsAreReadByNumber) {
  const auto store = open();
  Checkpoint checkpoint;
  for (uint64_t number = 1; number <= 4; ++number) {
    Reject reject{.number = number,
                  .source = "s",
                  .line = 8,
                  .byte_offset = 99,
                  .reason = "r",
                  .field = "f",
                  .text = "t"};
    checkpoint.rejects.push_back(reject);
  }
  write(*store, checkpoint);
  auto rejects = store->read_rejects(1, 2);
  ASSERT_TRUE(rejects.ok());
  ASSERT_EQ(rejects->size(), 2u);
  const Reject& reject = rejects->at(0);
  EXPECT_EQ(reject.number, 2u);
  EXPECT_EQ(reject.source + reject.reason + reject.field + reject.text, "srft");
  EXPECT_EQ(reject.line, 8u);
  EXPECT_EQ(reject.byte_offset, 99u);
  EXPECT_TRUE(store->read_rejects(4, 10)->empty());
  EXPECT_TRUE(store->read_rejects(0, 0)->empty());
}

TEST_F(StateStoreTest, SourcesAndCursorsAreFoundByNamesOfAnyLength) {
  const auto store = open();
  Checkpoint checkpoint;
  const std::string long_name(2'000, 'n');
  checkpoint.sources = {{"a", 1, 2}, {long_name, 3, 4}};
  checkpoint.cursors = {{"a", 5}, {long_name, UINT64_MAX}};
  write(*store, checkpoint);
  EXPECT_EQ((*store->source("a"))->bytes, 2u);
  EXPECT_EQ((*store->source(long_name))->lines, 3u);
  EXPECT_EQ(*store->cursor("a"), 5u);
  EXPECT_EQ(*store->cursor(long_name), UINT64_MAX);
  EXPECT_FALSE(store->source(long_name + "n")->has_value());
}

TEST_F(StateStoreTest, ClearRemovesEverything) {
  Checkpoint checkpoint;
  checkpoint.meta.batch = 3;
  checkpoint.keys = {{1, "a", 10, "s"}};
  checkpoint.log = {sample_message(1)};
  checkpoint.open_warnings = {{"w1", sample_message(1)}};
  checkpoint.rejects.push_back({.number = 1, .source = {}, .reason = {}, .field = {}, .text = {}});
  checkpoint.sources = {{"a", 1, 2}};
  checkpoint.cursors = {{"a", 5}};
  {
    const auto store = open();
    write(*store, checkpoint);
    ASSERT_TRUE(store->clear().ok());
    EXPECT_EQ(store->meta().batch, 0u);
  }
  const auto store = open();
  EXPECT_EQ(store->meta().batch, 0u);
  EXPECT_TRUE(keys(*store).empty());
  EXPECT_EQ(*store->first_logged(), 0u);
  EXPECT_TRUE(open_ids(*store).empty());
  EXPECT_TRUE(store->read_rejects(0, 9)->empty());
  EXPECT_FALSE(store->source("a")->has_value());
  EXPECT_FALSE(store->cursor("a")->has_value());
  write(*store, checkpoint);
  EXPECT_EQ(keys(*store).size(), 1u);
}

TEST_F(StateStoreTest, MapGrowsFromTinyWhileReadersRead) {
  const auto store = open({.map_bytes_initial = size_t{128} << 10});
  std::atomic<bool> done = false;
  const auto read_on = [&] {
    while (!done) {
      auto messages = store->read_log(0, SIZE_MAX);
      ASSERT_TRUE(messages.ok());
      // Whole checkpoints only: ten messages each.
      EXPECT_EQ(messages->size() % 10, 0u);
      EXPECT_TRUE(
          store->for_each_key([&](KeyRecord&& record) { EXPECT_EQ(record.state.size(), 5'000u); })
              .ok());
    }
  };
  std::thread first(read_on);
  std::thread second(read_on);
  for (uint64_t round = 0; round < 30; ++round) {
    Checkpoint checkpoint;
    checkpoint.meta.batch = round;
    for (uint64_t i = 0; i < 10; ++i) {
      checkpoint.keys.push_back({1, std::to_string(round * 10 + i), 5, std::string(5'000, 's')});
      checkpoint.log.push_back(sample_message(1 + round * 10 + i));
    }
    write(*store, checkpoint);
  }
  done = true;
  first.join();
  second.join();
  EXPECT_EQ(keys(*store).size(), 300u);
  EXPECT_EQ(logged(*store, 0).size(), 300u);
}

TEST_F(StateStoreTest, StoreLargerThanTheInitialMapReopens) {
  Checkpoint checkpoint;
  checkpoint.keys = {{1, "big", 5, std::string(3'000'000, 's')}};
  write(*open({.map_bytes_initial = 128 << 10}), checkpoint);
  const auto store = open({.map_bytes_initial = 128 << 10});
  EXPECT_EQ((*store->key_state(1, "big"))->state.size(), 3'000'000u);
  checkpoint.keys = {{1, "more", 5, std::string(6'000'000, 's')}};
  write(*store, checkpoint);
  EXPECT_EQ(keys(*store).size(), 2u);
}

TEST_F(StateStoreTest, MapThatMayNotGrowFailsForGoodAndKeepsTheLastCheckpoint) {
  const auto store = open({.map_bytes_initial = 1 << 20, .map_bytes_max = 2 << 20});
  Checkpoint checkpoint;
  checkpoint.meta.batch = 1;
  checkpoint.keys = {{1, "a", 5, "small"}};
  write(*store, checkpoint);
  Checkpoint large;
  large.meta.batch = 2;
  large.keys = {{1, "a", 5, std::string(5'000'000, 's')}};
  const Status status = store->write(large);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find(dir().string()), std::string::npos);
  EXPECT_FALSE(store->write(checkpoint).ok()) << "failures are sticky";
  EXPECT_EQ(store->meta().batch, 1u);
  EXPECT_EQ((*store->key_state(1, "a"))->state, "small");
}

TEST_F(StateStoreTest, AnotherFormatIsRefused) {
  open();
  for (const uint32_t version : {state_format::kVersion - 1, state_format::kVersion + 1}) {
    {
      auto env =
          LmdbEnv::open(dir(), {"meta"}, {.map_bytes_initial = 1 << 20, .map_bytes_max = 1 << 20});
      ASSERT_TRUE(env.ok());
      std::string other("\0\0\0\0what another program holds", 31);
      other[0] = static_cast<char>(version);
      ASSERT_TRUE((*env)->write([&](LmdbWriteTxn& txn) { txn.put(0, "meta", other); }).ok());
    }
    auto store = StateStore::open(dir());
    ASSERT_FALSE(store.ok());
    EXPECT_NE(store.error().message.find("format version " + std::to_string(version)),
              std::string::npos)
        << store.error().message;
    EXPECT_NE(store.error().remedy.find("rebuilt from the journal"), std::string::npos);
  }
}

TEST_F(StateStoreTest, FlippedBitInAStateIsFoundNotUsed) {
  Checkpoint checkpoint;
  checkpoint.keys = {{1, "a", 5, std::string(9'000, 's')}};
  write(*open(), checkpoint);
  {
    std::fstream file(dir() / "data.mdb", std::ios::in | std::ios::out | std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    file.seekp(static_cast<std::streamoff>(bytes.find(std::string(1'000, 's')) + 500));
    file.put('t');
  }
  const auto store = open();
  const auto state = store->key_state(1, "a");
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().kind, ErrorKind::kCorrupt);
  EXPECT_NE(state.error().remedy.find("rebuilt from the journal"), std::string::npos);
  EXPECT_FALSE(store->for_each_key([](KeyRecord&&) { FAIL() << "handed out"; }).ok());
}

TEST_F(StateStoreTest, DataFileThatIsNoneIsRefused) {
  std::filesystem::create_directories(dir());
  std::ofstream(dir() / "data.mdb") << std::string(20'000, 'x');
  auto store = StateStore::open(dir());
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().kind, ErrorKind::kCorrupt);
}

TEST_F(StateStoreTest, DataFileThatLostItsEndIsRefused) {
  Checkpoint checkpoint;
  for (int i = 0; i < 200; ++i)
    checkpoint.keys.push_back({1, std::to_string(i), 5, std::string(3'000, 's')});
  write(*open(), checkpoint);
  std::filesystem::resize_file(dir() / "data.mdb", 3 * 4'096);
  auto store = StateStore::open(dir());
  const Status status =
      store.ok() ? (*store)->for_each_key([](KeyRecord&&) {}) : Status(store.error());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace tocsin
